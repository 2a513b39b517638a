// Sets the root font size from the screen, so that 1rem is a tenth of the width.
(function (doc) {
  var width = Number(doc.getAttribute("data-design-width"));
  var unit = width / 10;
  doc.style.fontSize = unit + "px";
})(document.documentElement);
