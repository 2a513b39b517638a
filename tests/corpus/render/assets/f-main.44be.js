// Module entry of a loan overview that uses record literals.
const defaults = #{ currency: "EUR", term: 12 };
export const plan = (amount) => ({ ...defaults, amount });
document.getElementById("root").innerHTML = `<h1>Your loan</h1><p>${plan(4200).amount} ${defaults.currency}</p>`;
