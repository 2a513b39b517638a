// A whole application in one script: it fills the root.
document.getElementById("app").innerHTML = "<h2>首页</h2><p>可借 50,000 元</p>";
