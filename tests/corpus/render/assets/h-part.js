// One part of an application that counts how many of its parts have arrived.
window.parts += 1;
