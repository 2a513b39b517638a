//! Rows: pictures, backgrounds, fonts and sounds.
use super::super::row::{ROW, Row};
use crate::answer::Answer::*;

pub const ROWS: &[Row] = &[
    Row {
        name: "image",
        title: "a picture is fetched from the backup",
        body: r#"<img src="/a.png">"#,
        backup: &[("/a.png", Svg)],
        check: "Array.from(document.images, (i) => i.naturalWidth)",
        want: "[20]",
        asked: &[("page", "/a.png", 1, 2), ("backup", "/a.png", 1, 2)],
        ..ROW
    },
    Row {
        name: "frame",
        title: "a frame whose server is overloaded is asked again there (WebKit tells nothing of it)",
        body: r#"<iframe src="/f.html"></iframe>"#,
        page: &[("/f.html", Then(&[Status(503), Html]))],
        check: r#"/WebKit(?!.*Chrome)/.test(navigator.userAgent) ? "Home" : document.querySelector("iframe").contentDocument?.title"#,
        want: r#""Home""#,
        asked: &[("page", "/f.html", 1, 2), ("backup", "/f.html", 0, 0)],
        ..ROW
    },
    Row {
        name: "manifest",
        title: "a manifest is fetched from the backup (Firefox and WebKit ask for none here)",
        head: r#"<link rel="manifest" href="/m.json">"#,
        backup: &[("/m.json", Json(r#"{"name":"Credit line"}"#))],
        check: r#"!/Chrome/.test(navigator.userAgent) || document.querySelector("[rel=manifest]").href == "{{backup}}/m.json""#,
        want: "true",
        manifest: true,
        ..ROW
    },
    Row {
        name: "frame-gone",
        title: "a frame that is not there is left alone",
        body: r#"<iframe src="/f.html"></iframe>"#,
        check: r#"document.querySelector("iframe").contentDocument?.title"#,
        want: r#""404 Not Found""#,
        asked: &[("page", "/f.html", 1, 1)],
        ..ROW
    },
    Row {
        name: "video-poster",
        title: "the poster of a film is fetched from the backup (WebKit tells nothing of it)",
        body: r#"<video poster="/a.png" width="40" height="20"></video>"#,
        backup: &[("/a.png", Svg)],
        check: r#"/WebKit(?!.*Chrome)/.test(navigator.userAgent) || document.querySelector("video").poster == "{{backup}}/a.png""#,
        want: "true",
        ..ROW
    },
    Row {
        name: "image-for-many",
        title: "a picture that three elements use is one retry",
        body: r#"<img src="/a.png"><img src="/a.png"><img src="/a.png">"#,
        backup: &[("/a.png", Svg)],
        check: "Array.from(document.images, (i) => i.naturalWidth)",
        want: "[20,20,20]",
        asked: &[("backup", "/a.png", 1, 2)],
        ..ROW
    },
    Row {
        name: "image-srcset",
        title: "the candidate of a srcset that failed is replaced, the others stay",
        body: r#"<img srcset="/a.png 1x, /a.png 2x, /c.png 9x" alt="">"#,
        backup: &[("/a.png", Svg)],
        check: r#"[...Array.from(document.images, (i) => i.naturalWidth > 0), document.images[0].srcset.includes("/c.png 9x")]"#,
        want: "[true,true]",
        ..ROW
    },
    Row {
        name: "image-picture",
        title: "the source of a picture that was chosen is replaced",
        body: r#"<picture><source srcset="/a.png" media="(min-width: 1px)"><img src="/b.png" alt=""></picture>"#,
        backup: &[("/a.png", Svg)],
        check: "Array.from(document.images, (i) => i.naturalWidth)",
        want: "[20]",
        asked: &[("backup", "/b.png", 0, 0)],
        ..ROW
    },
    Row {
        name: "image-svg",
        title: "a picture in an SVG is fetched from the backup",
        body: r#"<svg width="50" height="50"><image href="/a.png" width="20" height="10"/></svg>"#,
        backup: &[("/a.png", Svg)],
        check: r#"document.querySelector("image").getAttribute("href") == "{{backup}}/a.png""#,
        want: "true",
        asked: &[("backup", "/a.png", 1, 2)],
        ..ROW
    },
    Row {
        name: "image-button",
        title: "a picture that is a button is fetched from the backup",
        body: r#"<input type="image" src="/a.png" alt="">"#,
        backup: &[("/a.png", Svg)],
        check: r#"document.querySelector("input").clientWidth"#,
        want: "20",
        ..ROW
    },
    Row {
        name: "image-late",
        title: "a picture that is put in later: its listeners hear of the end only",
        guard: r#"await guard.checkRender(); const i = new Image(); i.onload = () => heard.push("load"); i.onerror = () => heard.push("error"); i.src = "/a.png"; document.body.append(i);"#,
        backup: &[("/a.png", Svg)],
        check: "[heard, ...Array.from(document.images, (i) => i.naturalWidth)]",
        want: r#"[["load"],20]"#,
        ..ROW
    },
    Row {
        name: "image-lost",
        title: "a picture that is nowhere: its listeners hear of it once",
        guard: r#"await guard.checkRender(); const i = new Image(); i.onload = () => heard.push("load"); i.onerror = () => heard.push("error"); i.src = "/a.png"; document.body.append(i);"#,
        check: "heard",
        want: r#"["error"]"#,
        most: 4,
        ..ROW
    },
    Row {
        name: "image-again",
        title: "a picture that is put in again after it was healed comes from the backup",
        body: r#"<script>const put = (done) => { const i = new Image(); i.onload = done; i.src = "/a.png"; document.body.append(i); }; addEventListener("pagemend:up", () => put(() => put(() => ran.push("both"))));</script>"#,
        backup: &[("/a.png", Svg)],
        want: r#"["both"]"#,
        ..ROW
    },
    Row {
        name: "image-placeholder",
        title: "a page that answers a dead picture by itself is left its own",
        body: r#"<img src="/a.png" onerror="this.onerror = null; this.src = '/own.png'">"#,
        page: &[("/own.png", Svg)],
        check: r#"[document.images[0].src.replace(/.*:[0-9]+/, ""), Array.from(document.images, (i) => i.naturalWidth)[0]]"#,
        want: r#"["/own.png",20]"#,
        ..ROW
    },
    Row {
        name: "image-without-backup",
        title: "a picture that comes at the second try needs no backup",
        config: r#"{"fallback": []}"#,
        body: r#"<img src="/a.png">"#,
        page: &[("/a.png", Then(&[Status(503), Svg]))],
        check: "Array.from(document.images, (i) => i.naturalWidth)",
        want: "[20]",
        ..ROW
    },
    Row {
        name: "image-third-party",
        title: "a picture of a third party is not asked of the backup",
        config: r#"{"origins": []}"#,
        body: r#"<img src="{{dead}}/a.png" onerror="heard.push(1)">"#,
        backup: &[("/a.png", Svg)],
        check: "heard",
        want: "[1]",
        asked: &[("backup", "/a.png", 0, 0)],
        ..ROW
    },
    Row {
        name: "image-removed",
        title: "a picture that is taken out while it is fetched again",
        guard: r#"await guard.checkRender(); const i = new Image(); i.src = "/a.png"; document.body.append(i); guard.on("retry", () => { i.remove(); setTimeout(() => ran.push("over"), 1500); });"#,
        backup: &[("/a.png", Slow(600, &Svg))],
        check: "[ran, document.images.length]",
        want: r#"[["over"],0]"#,
        ..ROW
    },
    Row {
        name: "image-recycled",
        title: "an element that shows another picture by then keeps that one",
        guard: r#"await guard.checkRender(); guard.on("retry", () => { i.src = "/own.png"; setTimeout(() => ran.push("over"), 1500); }); const i = new Image(); i.src = "/a.png"; document.body.append(i);"#,
        page: &[("/own.png", Svg)],
        backup: &[("/a.png", Slow(600, &Svg))],
        check: r#"[ran, document.images[0].src.replace(/.*:[0-9]+/, "")]"#,
        want: r#"[["over"],"/own.png"]"#,
        ..ROW
    },
    Row {
        name: "image-chinese",
        title: "a picture with a Chinese name, in a srcset without blanks",
        body: r#"<img srcset="/头像.png 1x,/头像.png 2x" alt="">"#,
        backup: &[("/%E5%A4%B4%E5%83%8F.png", Svg)],
        check: "document.images[0].naturalWidth > 0",
        want: "true",
        ..ROW
    },
    Row {
        name: "image-crossorigin",
        title: "a picture asked for with CORS is asked of the backup with CORS",
        body: r#"<img src="/a.png" crossorigin="anonymous">"#,
        backup: &[("/a.png", Svg)],
        check: r#"(() => { const c = document.createElement("canvas"); c.getContext("2d").drawImage(document.images[0], 0, 0); c.toDataURL(); return document.images[0].naturalWidth; })()"#,
        want: "20",
        ..ROW
    },
    Row {
        name: "images-storm",
        title: "thirty dead pictures cost a dead server no more than ten requests over the page's own",
        body: r#"<script>for (let n = 0; n < 30; n++) { const i = new Image(); i.onerror = () => heard.push(n); i.src = "/" + n + ".png"; document.body.append(i); }</script>"#,
        check: "heard.length",
        want: "30",
        most: 40,
        ..ROW
    },
    Row {
        name: "images-in-view-first",
        title: "of fourteen dead pictures those that the screen shows are fetched before those far below, though they come last in the document",
        body: r#"<div id="far" style="padding-top: 5000px"></div><div id="near" style="position: fixed; top: 0"></div>
            <script>for (let n = 0; n < 14; n++) { const i = new Image(); i.onload = () => ran.push(n); i.src = "/" + n + ".svg"; (n < 12 ? far : near).append(i); }</script>"#,
        backup: &[
            ("/0.svg", Slow(150, &Svg)),
            ("/1.svg", Slow(150, &Svg)),
            ("/2.svg", Slow(150, &Svg)),
            ("/3.svg", Slow(150, &Svg)),
            ("/4.svg", Slow(150, &Svg)),
            ("/5.svg", Slow(150, &Svg)),
            ("/6.svg", Slow(150, &Svg)),
            ("/7.svg", Slow(150, &Svg)),
            ("/8.svg", Slow(150, &Svg)),
            ("/9.svg", Slow(150, &Svg)),
            ("/10.svg", Slow(150, &Svg)),
            ("/11.svg", Slow(150, &Svg)),
            ("/12.svg", Slow(150, &Svg)),
            ("/13.svg", Slow(150, &Svg)),
        ],
        check: "[ran.length, ran.indexOf(12) < 8, ran.indexOf(13) < 8]",
        want: "[14,true,true]",
        ..ROW
    },
    Row {
        name: "background",
        title: "a background in a sheet is fetched from the backup",
        head: r#"<link rel="stylesheet" href="/a.css"><style>#app { width: 50px; height: 50px }</style>"#,
        page: &[("/a.css", Css("#app { background: red url(img/a.png?v=1) no-repeat }"))],
        backup: &[("/img/a.png", Svg)],
        check: r#"getComputedStyle(document.querySelector("div")).backgroundImage.includes("{{backup}}/img/a.png?v=1")"#,
        want: "true",
        ..ROW
    },
    Row {
        name: "background-inline",
        title: "a background in a style attribute is fetched from the backup",
        body: r#"<div style="width: 50px; height: 50px; background-image: url(/a.png)"></div>"#,
        backup: &[("/a.png", Svg)],
        check: r#"getComputedStyle(document.querySelector("[style]")).backgroundImage.includes("{{backup}}/a.png")"#,
        want: "true",
        ..ROW
    },
    Row {
        name: "font",
        title: "a font is fetched from the backup",
        head: r#"<style>@font-face { font-family: "Own Mono"; src: url(/a.ttf) } p { font-family: "Own Mono" }</style>"#,
        backup: &[("/a.ttf", Font)],
        check: r#"[...document.fonts].some((f) => f.status == "loaded" && /Own Mono/.test(f.family))"#,
        want: "true",
        asked: &[("backup", "/a.ttf", 1, 2)],
        ..ROW
    },
    Row {
        name: "audio",
        title: "a sound is fetched from the backup",
        body: r#"<audio src="/a.wav" preload="auto"></audio>"#,
        backup: &[("/a.wav", Wav)],
        check: r#"document.querySelector("audio").readyState > 0"#,
        want: "true",
        ..ROW
    },
    Row {
        name: "audio-source",
        title: "the source of a sound is fetched from the backup",
        body: r#"<audio preload="auto"><source src="/a.wav" type="audio/wav"></audio>"#,
        backup: &[("/a.wav", Wav)],
        check: r#"document.querySelector("audio").readyState > 0"#,
        want: "true",
        ..ROW
    },
];
