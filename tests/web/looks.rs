//! What a look at the page sees.

use crate::{js, sleep, stage, start};
use pagemend::core::render::{RenderState, judge};
use wasm_bindgen_test::*;

#[wasm_bindgen_test]
#[expect(clippy::too_many_lines, reason = "a table of pages")]
async fn a_sample_sees_what_a_person_sees() {
    let long = "Enough words that nobody would call this page anything but content. ".repeat(2);
    let picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='99' height='99'%3E%3Crect width='99' height='99'/%3E%3C/svg%3E";
    let cases: &[(&str, String, RenderState, bool)] = &[
        ("nothing", String::new(), RenderState::Blank, false),
        ("text", format!("<p>{long}</p>"), RenderState::Content, false),
        ("few words", "<p>Hi there</p>".into(), RenderState::Content, false),
        ("opacity 0", format!("<div style='opacity:0'><p>{long}</p></div>"), RenderState::Blank, true),
        (
            "opacity of two layers",
            format!("<div style='opacity:.2'><p style='opacity:.2'>{long}</p></div>"),
            RenderState::Blank,
            true,
        ),
        ("display none", format!("<p style='display:none'>{long}</p>"), RenderState::Blank, false),
        ("visibility hidden", format!("<p style='visibility:hidden'>{long}</p>"), RenderState::Blank, false),
        (
            "white on white",
            format!("<div style='background:#fff;color:#fefefe'>{long}</div>"),
            RenderState::Blank,
            true,
        ),
        (
            "white on a dark sibling",
            format!(
                "<div style='position:relative'><div style='position:absolute;inset:0;background:#123'></div><div style='position:relative;color:#fff'>{long}</div></div>"
            ),
            RenderState::Content,
            false,
        ),
        (
            "white on a gradient",
            format!("<div style='background:linear-gradient(#123,#456);color:#fff'>{long}</div>"),
            RenderState::Content,
            false,
        ),
        ("clipped", format!("<div style='height:0;overflow:hidden'>{long}</div>"), RenderState::Blank, true),
        ("cut to nothing", format!("<div style='clip-path:inset(100%)'>{long}</div>"), RenderState::Blank, true),
        (
            "far to the left",
            format!("<div style='position:absolute;left:-9999px'>{long}</div>"),
            RenderState::Blank,
            true,
        ),
        (
            "further down in a scroller",
            format!("<div style='height:50px;overflow:auto'><div style='height:300px'></div><p>{long}</p></div>"),
            RenderState::Content,
            false,
        ),
        (
            "absolute out of a box of no height",
            format!(
                "<div style='height:0;overflow:hidden'><div style='position:absolute;top:0;left:0'>{long}</div></div>"
            ),
            RenderState::Content,
            false,
        ),
        (
            "skeleton",
            "<div class='van-skeleton' style='height:200px'><i></i></div>".into(),
            RenderState::Loading,
            false,
        ),
        (
            "skeleton with a caption",
            "<div class='Spinner' style='height:20px'>Loading…</div>".into(),
            RenderState::Loading,
            false,
        ),
        ("busy, with content", format!("<div aria-busy='true'>{long}</div>"), RenderState::Content, false),
        ("title bar only", "<header style='height:40px'>My loans</header>".into(), RenderState::Partial, false),
        (
            "header of an article",
            "<article><header>My loans and my repayments</header></article>".into(),
            RenderState::Content,
            false,
        ),
        ("control", "<input>".into(), RenderState::Content, false),
        (
            "svg with a class",
            "<svg class='chart' width='90' height='90'><rect width='90' height='90'/></svg>".into(),
            RenderState::Content,
            false,
        ),
        (
            "svg that turns while the page loads",
            "<svg class='loading' width='90' height='90'><rect width='90' height='90'/></svg>".into(),
            RenderState::Loading,
            false,
        ),
        (
            "svg that shows nothing",
            "<svg width='90' height='90'><use href='#gone'/></svg>".into(),
            RenderState::Blank,
            false,
        ),
        (
            "picture in the background",
            format!("<div style=\"width:99px;height:99px;background:url(&quot;{picture}&quot;)\"></div>"),
            RenderState::Content,
            false,
        ),
        (
            "gradient alone",
            "<div style='width:99px;height:99px;background:linear-gradient(#123,#456)'></div>".into(),
            RenderState::Blank,
            false,
        ),
        ("empty canvas", "<canvas width='99' height='99'></canvas>".into(), RenderState::Blank, false),
        (
            "gradient text",
            format!(
                "<p style='background:linear-gradient(red,blue);-webkit-background-clip:text;color:transparent'>{long}</p>"
            ),
            RenderState::Content,
            false,
        ),
        ("zero-width text", "<p>\u{200b}\u{feff}&nbsp;</p>".into(), RenderState::Blank, false),
        (
            "script and style text",
            "<style>b{color:red}</style><script type='x'>let a;</script><noscript>no</noscript><template>t</template>"
                .into(),
            RenderState::Blank,
            false,
        ),
    ];
    let shell = start().await;
    for (name, html, state, by_style) in cases {
        stage(html);
        let facts = shell.look();
        let verdict = judge(&facts);
        // A broken drawing is empty, not hidden.
        let by_style = *by_style && !name.contains("svg");
        // The runner's own page around the stage is furniture.
        let found = if verdict.state == RenderState::Partial && *state == RenderState::Blank {
            RenderState::Blank
        } else {
            verdict.state
        };
        assert_eq!((found, verdict.hidden_by_style), (*state, by_style), "{name}: {facts:?}");
    }
    shell.stop();
}

#[wasm_bindgen_test]
async fn a_sample_looks_into_shadow_roots_frames_canvases_and_images() {
    let shell = start().await;
    stage("<div id='host'></div>");
    js("const root = document.getElementById('host').attachShadow({mode: 'open'});
        root.innerHTML = '<p>Text inside of a shadow root</p><slot></slot>'");
    assert!(shell.look().seen.text > 9);

    stage("<div id='host'>Text that is slotted in</div>");
    js("document.getElementById('host').attachShadow({mode: 'open'}).innerHTML = '<b><slot></slot></b>'");
    assert!(shell.look().seen.text > 9);

    stage("<iframe id='frame' srcdoc='<p>Text inside of a frame</p>'></iframe>");
    sleep(300).await;
    assert!(shell.look().seen.text > 9);

    stage("<iframe sandbox='' srcdoc='<p>Text that nobody may read</p>'></iframe>");
    sleep(300).await;
    let facts = shell.look();
    assert_eq!(facts.seen.foreign, 1, "{facts:?}");

    stage("<canvas id='canvas' width='99' height='99'></canvas>");
    js("document.getElementById('canvas').getContext('2d').fillRect(9, 9, 50, 50)");
    assert!(shell.look().seen.picture > 9);

    stage("<img id='good' width='50' height='50'><img src='/no-such-image.png' width='50' height='50'>");
    js("const c = document.createElement('canvas'); c.width = c.height = 50; c.getContext('2d').fillRect(0, 0, 50, 50);
        document.getElementById('good').src = c.toDataURL()");
    sleep(300).await;
    let facts = shell.look();
    assert_eq!((facts.seen.picture, facts.seen.unseen - facts.seen.hidden), (2500, 1), "{facts:?}");
    shell.stop();
}

/// The texts that proved a page's content are remembered with what surrounds them, which there is no element at last.
#[wasm_bindgen_test]
async fn a_page_whose_only_text_is_in_a_shadow_tree_or_a_frame_is_read_to_its_end() {
    let shell = start().await;
    let text = "<p>Pay 80 every month, the first time in 20 days. Early repayment is free, and no collateral is asked for.</p>";
    stage("<div id='host'></div>");
    js(&format!("document.getElementById('host').attachShadow({{mode: 'open'}}).innerHTML = '{text}'"));
    for _ in 0..2 {
        let facts = shell.look();
        assert_eq!((judge(&facts).state, facts.trouble.as_str()), (RenderState::Content, ""), "{facts:?}");
    }

    stage(&format!("<iframe srcdoc='{text}'></iframe>"));
    sleep(300).await;
    for _ in 0..2 {
        let facts = shell.look();
        assert_eq!((judge(&facts).state, facts.trouble.as_str()), (RenderState::Content, ""), "{facts:?}");
    }
    shell.stop();
}

#[wasm_bindgen_test]
async fn what_lies_under_an_opaque_layer_is_covered() {
    let shell = start().await;
    let page = "<p>Content of the page under the layer, long enough to be content by itself.</p>";
    let layer =
        |style: &str, inner: &str| format!("{page}<div style='position:fixed;inset:0;z-index:9;{style}'>{inner}</div>");
    stage(&layer("background:#fff", ""));
    let facts = shell.look();
    assert_eq!((facts.seen.text, facts.seen.unseen > 0), (0, true), "{facts:?}");
    stage(&layer("background:rgba(0,0,0,.5)", ""));
    assert_eq!(judge(&shell.look()).state, RenderState::Content);
    stage(&layer("background:#fff", "<p>A dialog that fills the page and says something of its own</p>"));
    assert_eq!(judge(&shell.look()).state, RenderState::Content);
    stage("");
    shell.stop();
}

#[wasm_bindgen_test]
async fn what_proved_the_page_is_asked_whether_it_still_does() {
    let layer = |style: &str| {
        format!(
            "document.getElementById('over').style.cssText = 'position:fixed;inset:0;z-index:9;background:#fff;{style}'"
        )
    };
    let rule = |css: &str| format!("document.getElementById('sheet').textContent = '{css}'");
    let text = |text: &str| format!("document.getElementById('proof').textContent = '{text}'");
    let cases = [
        ("under a layer", layer("")),
        ("under a layer that touches go through", layer("pointer-events:none")),
        ("faded", rule("#stage{opacity:.01}")),
        ("filtered", rule("#stage{filter:opacity(0)}")),
        ("of the colour of its ground", rule("#proof{color:#fff!important}")),
        ("on a ground of its colour", rule("#stage{background:#123}")),
        ("hidden", rule("#proof{visibility:hidden}")),
        ("not displayed", rule("#stage{display:none}")),
        ("moved away", rule("#stage{transform:translateX(-300vw)}")),
        ("clipped", rule("#stage{height:0;overflow:hidden}")),
        ("emptied", text("")),
        ("a blank", text("\\u00a0")),
        ("what has no width", text("\\u200b\\u200b")),
        ("something to wait for", text("Loading...")),
        ("taken out", "document.getElementById('proof').remove()".into()),
        ("a skeleton now", "document.getElementById('proof').className = 'skeleton'".into()),
    ];
    let shell = start().await;
    for (name, change) in cases {
        stage(
            "<style id='sheet'></style><p id='proof' style='color:#123'>Content, enough of it by itself.</p><div id='over'></div>",
        );
        for _ in 0..3 {
            assert_eq!(judge(&shell.look_again()).state, RenderState::Content, "before: {name}");
        }
        js(&change);
        let facts = shell.look_again();
        let expected = name == "a skeleton now";
        assert_eq!(judge(&facts).state == RenderState::Content, expected, "{name}: {facts:?}");
    }
    // Covered from the beginning by something that only says to wait.
    stage(
        "<div style='position:fixed;inset:0;z-index:9;background:#fff'>Loading...</div>
         <p>Content of the page under the splash, long enough to be content by itself.</p>",
    );
    for n in 0..3 {
        assert_ne!(judge(&shell.look_again()).state, RenderState::Content, "look {n} at a splash");
    }
    // What a component wraps around a text is not seen from the text.
    stage("<div id='host'>Text that is slotted in, enough of it</div>");
    js("document.getElementById('host').attachShadow({mode: 'open'}).innerHTML = '<b><slot></slot></b>'");
    assert_eq!(judge(&shell.look_again()).state, RenderState::Content);
    js("document.getElementById('host').shadowRoot.firstChild.style.opacity = 0");
    assert_ne!(judge(&shell.look_again()).state, RenderState::Content, "a slot that is not seen");
    // A title that stood alone is furniture beside a view that is empty.
    stage("<div class='title' style='height:44px;border-bottom:1px solid #ccc'>Loan centre, all loans</div>");
    shell.look_again();
    js("document.getElementById('stage').append(document.createElement('div'))");
    assert_eq!(judge(&shell.look_again()).state, judge(&shell.look()).state, "a title alone");
    stage("");
    shell.stop();
}

#[wasm_bindgen_test]
async fn a_page_with_broken_prototypes_is_not_judged_and_not_harmed() {
    stage("<p>Content of the page, long enough to be content by itself, and then some more of it.</p>");
    let shell = start().await;
    js("window.__style = window.getComputedStyle; window.getComputedStyle = () => { throw new Error('broken') }");
    // What was there when the guard came is what it uses.
    assert_eq!(judge(&shell.look()).state, RenderState::Content);
    js("window.getComputedStyle = window.__style;
        window.__range = Document.prototype.createRange;
        Document.prototype.createRange = () => { throw new Error('broken') }");
    let facts = shell.look();
    js("Document.prototype.createRange = window.__range");
    assert!(facts.trouble.contains("broken"), "{facts:?}");
    assert_eq!(judge(&facts).state, RenderState::Unknown);
    assert_eq!(judge(&shell.look()).state, RenderState::Content);
    shell.stop();
}
