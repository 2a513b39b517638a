//! Guided prompts: what happened, what is safe, what to do now, in the user's language.

use super::config::{Config, Locale};
use super::text::{cat, code_at, piece, place};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PromptKind {
    LoadFailed,
    Script,
    Service,
    Network,
    Overload,
    Offline,
    Verification,
    LinkExpired,
    Refused,
    Update,
    Unsupported,
}

impl PromptKind {
    pub const ALL: [PromptKind; 11] = [
        PromptKind::LoadFailed,
        PromptKind::Script,
        PromptKind::Service,
        PromptKind::Network,
        PromptKind::Overload,
        PromptKind::Offline,
        PromptKind::Verification,
        PromptKind::LinkExpired,
        PromptKind::Refused,
        PromptKind::Update,
        PromptKind::Unsupported,
    ];

    /// In the order of [`PromptKind::ALL`].
    const CODES: &str = "load-failed script service network overload offline verification link-expired refused \
        update unsupported";

    pub fn code(self) -> &'static str {
        code_at(PromptKind::CODES, self as usize)
    }

    pub fn from_code(code: &str) -> Option<PromptKind> {
        place(PromptKind::CODES, code).map(|n| PromptKind::ALL[n])
    }
}

/// What a button does, beyond closing the prompt.
pub mod choice {
    /// Try what failed again, in place.
    pub const RETRY: &str = "retry";
    pub const RELOAD: &str = "reload";
    pub const CLOSE: &str = "close";
    /// Go on although something is not as it should be.
    pub const CONTINUE: &str = "continue";
    pub const HOME: &str = "home";
    /// The prompt went away without an answer.
    pub const NONE: &str = "none";
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub choice: String,
    pub label: String,
    pub primary: bool,
}

/// A prompt, ready to be shown: all text in the user's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PromptSpec {
    pub kind: PromptKind,
    /// A dialog takes the focus; a notice is a line at the edge that takes nothing.
    pub modal: bool,
    /// BCP 47, for the `lang` attribute.
    pub lang: &'static str,
    pub title: String,
    pub body: String,
    /// What is safe: saved, not submitted, result pending. May be empty.
    pub safe: String,
    pub buttons: Vec<Button>,
    /// Lines on how to reach a person; `(text, href)`, href may be empty.
    pub help: Vec<(String, String)>,
    /// `Reference: XXXX-XXXX`, or empty.
    pub reference: String,
    /// Id of the incident, or empty.
    pub incident: String,
}

/// What a prompt is about, beyond its kind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    pub incident: &'a str,
    pub reference: &'a str,
    /// The service that failed, in the user's language; empty: not known.
    pub service: &'a str,
    /// An explanation that takes the place of the built-in one.
    pub explanation: &'a str,
    /// A submission is under way whose result is not known.
    pub submitting: bool,
    /// What was typed is not saved anywhere yet.
    pub unsaved: bool,
}

/// A text in Chinese and English, as one: in tables an array is an address and a length for each of its texts.
macro_rules! both {
    ($zh:literal, $en:literal) => {
        concat!($zh, "|", $en)
    };
}

/// The text of [`both!`] in one language: 0 Chinese, 1 English.
#[inline(never)]
fn said(both: &'static str, at: usize) -> &'static str {
    let mut rest = both;
    let zh = piece(&mut rest, b'|');
    if at == 0 { zh } else { rest }
}

/// Title, body, what is safe, and the buttons, in Chinese and English. `{s}` is the name of the service.
struct Words {
    title: &'static str,
    body: &'static str,
    safe: &'static str,
    /// Most useful first; that one stands out.
    buttons: &'static [&'static Offer],
}

/// A choice, and what its button says.
type Offer = (&'static str, &'static str);

static RETRY: Offer = (choice::RETRY, both!("重试", "Try again"));
static RELOAD: Offer = (choice::RELOAD, both!("重新加载", "Reload"));
static CLOSE: Offer = (choice::CLOSE, both!("关闭", "Close"));
static UNDERSTOOD: Offer = (choice::CLOSE, both!("我知道了", "I understand"));
static HOME: Offer = (choice::HOME, both!("回到首页", "Go to the home page"));
static REFRESH: Offer = (choice::RELOAD, both!("立即刷新", "Refresh now"));
static NOT_NOW: Offer = (choice::CONTINUE, both!("暂不刷新", "Not now"));
static SEND_AGAIN: Offer = (choice::RETRY, both!("重新发送短信", "Send the SMS again"));

const NOTHING_LOST: &str = both!("您已保存的内容不会丢失。", "What you have saved is not lost.");
const NOT_SUBMITTED: &str = both!("尚未提交任何内容。", "Nothing has been submitted.");
const RESULT_PENDING: &str = both!(
    "提交结果正在确认中，请勿重复提交；我们不会重复受理同一笔申请。",
    "The result of your submission is being confirmed. Please do not submit again; the same application is never booked twice."
);
const COPY_FIRST: &str = both!(
    "您刚才填写的内容还没有保存，请先复制再继续。",
    "What you just typed is not saved yet. Copy it before you go on."
);

/// In the order of [`PromptKind::ALL`].
static WORDS: [Words; 11] = [
    // LoadFailed
    Words {
        title: both!("页面没有加载完整", "The page did not load completely"),
        body: both!(
            "部分文件暂时无法获取，我们已自动重试。请稍后重新加载。",
            "Some files cannot be fetched right now. We have tried again on our own; please reload in a moment."
        ),
        safe: NOTHING_LOST,
        buttons: &[&RELOAD, &CLOSE],
    },
    // Script
    Words {
        title: both!("页面出了点问题", "Something went wrong on this page"),
        body: both!(
            "我们已自动重新加载一次，问题仍然存在。您可以再试一次，或联系人工客服并提供下方编号。",
            "We reloaded the page once and the problem is still there. You can try again, or contact us and quote the reference below."
        ),
        safe: NOTHING_LOST,
        buttons: &[&RELOAD, &CLOSE],
    },
    // Service
    Words {
        title: both!("{s}暂时没有响应", "{s} is not responding"),
        body: both!(
            "我们会继续尝试。您也可以立即重试，或稍后再来。",
            "We keep trying. You can also try again now, or come back later."
        ),
        safe: NOTHING_LOST,
        buttons: &[&RETRY, &CLOSE],
    },
    // Network
    Words {
        title: both!("网络连接不稳定", "The connection is unstable"),
        body: both!(
            "请检查网络，或切换 Wi-Fi 与移动数据后重试。",
            "Check your network, or switch between Wi-Fi and mobile data, and try again."
        ),
        safe: NOTHING_LOST,
        buttons: &[&RETRY, &CLOSE],
    },
    // Overload
    Words {
        title: both!("{s}繁忙，请稍候", "{s} is busy, please wait"),
        body: both!(
            "当前访问人数较多，我们已自动重试。请过一会儿再试。",
            "Many people are using it right now. We have tried again on our own; please try again in a while."
        ),
        safe: NOTHING_LOST,
        buttons: &[&RETRY, &CLOSE],
    },
    // Offline
    Words {
        title: both!("网络已断开", "You are offline"),
        body: both!("恢复连接后将自动继续，无需操作。", "We go on by ourselves as soon as you are back online."),
        safe: NOTHING_LOST,
        buttons: &[],
    },
    // Verification
    Words {
        title: both!("没有收到验证码？", "No verification code?"),
        body: both!(
            "短信验证码暂时无法送达。您可以换一种方式验证。",
            "The SMS code cannot be delivered right now. You can verify in another way."
        ),
        safe: NOT_SUBMITTED,
        buttons: &[&SEND_AGAIN, &CLOSE],
    },
    // LinkExpired
    Words {
        title: both!("链接已失效", "This link has expired"),
        body: both!(
            "为了您的账户安全，链接有使用期限。您可以从首页继续办理。",
            "Links are valid for a limited time to protect your account. You can go on from the home page."
        ),
        safe: NOTHING_LOST,
        buttons: &[&HOME, &CLOSE],
    },
    // Refused
    Words {
        title: both!("暂时无法办理", "This cannot be done right now"),
        body: both!(
            "这是审核结果，不是系统故障，重试不会改变结果。",
            "This is a decision, not a fault of the system; trying again does not change it."
        ),
        safe: both!("您的资料是安全的。", "Your data is safe."),
        buttons: &[&UNDERSTOOD],
    },
    // Update
    Words {
        title: both!("页面有新版本", "A new version is available"),
        body: both!("需要刷新页面才能继续使用。", "Please refresh the page to go on."),
        safe: NOTHING_LOST,
        buttons: &[&REFRESH, &NOT_NOW],
    },
    // Unsupported
    Words {
        title: both!("当前浏览器无法打开此页面", "This browser cannot open the page"),
        body: both!(
            "请升级浏览器或系统，或换用手机自带浏览器打开。",
            "Please update your browser or system, or open the page in your phone's own browser."
        ),
        safe: NOTHING_LOST,
        buttons: &[&UNDERSTOOD],
    },
];

fn offer(buttons: &mut Vec<Button>, choice: &str, label: &str) {
    let primary = buttons.is_empty();
    buttons.push(Button { choice: choice.into(), label: label.into(), primary });
}

fn help(config: &Config, at: usize) -> Vec<(String, String)> {
    let help = &config.help;
    let mut lines = Vec::new();
    if !help.phone.is_empty() {
        let hours = help.hours.get(config.locale);
        let [open, close] =
            if hours.is_empty() { [""; 2] } else { [said(both!("（", " ("), at), said(both!("）", ")"), at)] };
        let line = cat(&[said(both!("人工客服：", "Customer service: "), at), &help.phone, open, hours, close]);
        lines.push((line, cat(&["tel:", &help.phone])));
    }
    for (label, url) in
        [(both!("在线客服", "Chat with us"), &help.url), (both!("反馈问题", "Send feedback"), &help.feedback)]
    {
        if !url.is_empty() {
            lines.push((said(label, at).into(), url.clone()));
        }
    }
    lines
}

/// A prompt in the user's language.
pub fn compose(kind: PromptKind, subject: &Subject, config: &Config) -> PromptSpec {
    let locale = config.locale;
    let at = usize::from(locale == Locale::En);
    let words = &WORDS[kind as usize];
    let service = if subject.service.is_empty() { said(both!("服务", "The service"), at) } else { subject.service };
    let about_requests = matches!(kind, PromptKind::Service | PromptKind::Network | PromptKind::Overload);
    let safe = if subject.unsaved {
        COPY_FIRST
    } else if about_requests && subject.submitting {
        RESULT_PENDING
    } else {
        words.safe
    };
    let mut buttons = Vec::new();
    if kind == PromptKind::Verification {
        for (id, label) in &config.alternatives {
            offer(&mut buttons, id, label.get(locale));
        }
    }
    for (choice, label) in words.buttons {
        offer(&mut buttons, choice, said(label, at));
    }
    let title = said(words.title, at);
    // The service comes first in both languages.
    let title = match title.strip_prefix("{s}") {
        Some(rest) => [service, rest],
        None => ["", title],
    };
    let modal = kind != PromptKind::Offline;
    let label = if subject.reference.is_empty() { "" } else { said(both!("编号：", "Reference: "), at) };
    PromptSpec {
        kind,
        modal,
        lang: said(both!("zh-CN", "en"), at),
        title: cat(&title),
        body: if subject.explanation.is_empty() { said(words.body, at) } else { subject.explanation }.into(),
        safe: said(safe, at).into(),
        buttons,
        help: if modal { help(config, at) } else { Vec::new() },
        reference: cat(&[label, subject.reference]),
        incident: subject.incident.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::config::Text;
    use super::*;

    fn config(locale: Locale) -> Config {
        let mut config = Config { locale, ..Config::default() };
        config.help.phone = "400-800-1234".into();
        config.help.hours = Text { zh: "9:00–21:00".into(), en: "9 am to 9 pm".into() };
        config.alternatives = vec![("voice".into(), Text { zh: "语音验证码".into(), en: "Voice call".into() })];
        config
    }

    #[test]
    fn every_prompt_says_what_happened_and_offers_a_way_on() {
        for locale in [Locale::Zh, Locale::En] {
            for kind in PromptKind::ALL {
                let spec = compose(kind, &Subject::default(), &config(locale));
                let name = kind.code();
                assert!(!spec.title.is_empty() && !spec.body.is_empty() && !spec.safe.is_empty(), "{name}");
                assert!(!spec.title.contains("{s}"), "{name}");
                assert_eq!(spec.modal, !spec.buttons.is_empty(), "{name}: a notice has no buttons, a dialog has some");
                assert!(spec.buttons.iter().filter(|b| b.primary).count() <= 1, "{name}");
                assert_eq!(spec.body.is_ascii(), locale == Locale::En, "{name}");
                assert_eq!(PromptKind::from_code(name), Some(kind));
            }
        }
    }

    #[test]
    fn the_service_is_named_and_a_pending_result_is_said() {
        let subject = Subject { service: "额度服务", submitting: true, ..Subject::default() };
        let spec = compose(PromptKind::Service, &subject, &config(Locale::Zh));
        assert_eq!(spec.title, "额度服务暂时没有响应");
        assert!(spec.safe.contains("请勿重复提交"));
        assert_eq!(spec.help[0].0, "人工客服：400-800-1234（9:00–21:00）");
    }

    #[test]
    fn verification_offers_the_configured_ways_first() {
        let spec = compose(PromptKind::Verification, &Subject::default(), &config(Locale::En));
        let choices: Vec<&str> = spec.buttons.iter().map(|b| b.choice.as_str()).collect();
        assert_eq!(choices, ["voice", choice::RETRY, choice::CLOSE]);
    }
}
