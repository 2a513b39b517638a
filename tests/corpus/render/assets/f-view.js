// A view runtime of the kind that mobile sites use: state in a proxy, a render function, the old view stays when a render throws.
(function () {
  window.View = {
    createApp: function (options) {
      var app = {
        config: {},
        mount: function (selector) {
          var host = document.querySelector(selector);
          var draw = function () {
            try { host.innerHTML = options.render(state); } catch (error) {
              if (app.config.errorHandler) app.config.errorHandler(error, "render function"); else throw error;
            }
          };
          var state = new Proxy(options.data ? options.data() : {}, {
            set: function (target, key, value) { target[key] = value; draw(); return true; },
          });
          draw();
          if (options.mounted) options.mounted(state);
          return state;
        },
      };
      return app;
    },
  };
})();
