// A hash router: paints the view of the current address into the outlet.
(function () {
  window.Router = function (routes, outlet) {
    function go() {
      var path = location.hash.slice(1) || "/";
      var view = routes[path];
      outlet.innerHTML = "";
      if (view) outlet.innerHTML = view();
    }
    addEventListener("hashchange", go);
    this.start = go;
  };
})();
