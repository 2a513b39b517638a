// Application bundle whose hash is pinned by the page.
document.getElementById("app").innerHTML = "<header>随心借</header><section>最高可借 200,000 元</section>";
