// An element-tree runtime: function components, one state, and the whole tree is unmounted when a component throws.
(function () {
  function build(node) {
    if (node == null || node === false) return document.createTextNode("");
    if (typeof node !== "object") return document.createTextNode(String(node));
    if (Array.isArray(node)) { var all = document.createDocumentFragment(); node.forEach(function (n) { all.append(build(n)); }); return all; }
    if (typeof node.type === "function") {
      if (!node.type.boundary) return build(node.type(Object.assign({ children: node.children }, node.props)));
      try { return build(node.children); } catch (error) { node.type.boundary(error); return build(node.type(node.props || {})); }
    }
    var el = document.createElement(node.type);
    Object.keys(node.props || {}).forEach(function (key) {
      if (key === "onClick") el.addEventListener("click", node.props[key]);
      else el.setAttribute(key === "className" ? "class" : key, node.props[key]);
    });
    node.children.forEach(function (child) { el.append(build(child)); });
    return el;
  }
  window.Tree = {
    h: function (type, props) { return { type: type, props: props, children: Array.prototype.slice.call(arguments, 2) }; },
    createRoot: function (host) {
      return {
        render: function (node) {
          try { host.replaceChildren(build(node)); } catch (error) { host.replaceChildren(); setTimeout(function () { throw error; }); }
        },
      };
    },
  };
})();
