//! What a prompt says: what happened, what is safe, what to do now, in the user's language.

use crate::core::config::{Alternative, Config, Help, Locale};
use crate::core::vocabulary::vocabulary;
use std::mem::take;

vocabulary! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum PromptKind {
        LoadFailed = "load-failed",
        Script = "script",
        Service = "service",
        Network = "network",
        Overload = "overload",
        Offline = "offline",
        Verification = "verification",
        LinkExpired = "link-expired",
        /// The link, the session or something else is good for some minutes more.
        Expiring = "expiring",
        /// The session, or something else that the page has declared, is over.
        Expired = "expired",
        /// It is being renewed, and something that the user wants waits for it.
        Renewing = "renewing",
        Refused = "refused",
        Update = "update",
        Unsupported = "unsupported",
        /// The page can be read, but what should make it work did not come.
        Unusable = "unusable",
        /// A translation of the page took apart what its program holds on to.
        Translated = "translated",
        /// The page loads itself again and again.
        Loop = "loop",
    }
}

impl PromptKind {
    /// A notice is for a page that shows something: it leaves that in sight.
    fn is_notice(self) -> bool {
        matches!(
            self,
            PromptKind::Offline
                | PromptKind::Unusable
                | PromptKind::Expiring
                | PromptKind::Expired
                | PromptKind::Renewing
        )
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

    /// All but the ids of alternatives, which are the page's own.
    pub const ALL: [&str; 6] = [RETRY, RELOAD, CLOSE, CONTINUE, HOME, NONE];
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Button {
    pub choice: String,
    pub label: String,
    pub primary: bool,
    /// It sends something or leaves the page: not twice within [`COOL_DOWN`](super::press::COOL_DOWN).
    pub sends: bool,
    /// It leaves the page. Where that loses typed text, it says this first and goes on at a second press. Empty: the page stays.
    pub sure: String,
}

/// What is said to somebody who has typed what is saved nowhere, in a prompt that can leave the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// It is kept on the device.
    pub kept: String,
    /// It cannot be kept. Whether it can only the shell knows, when it shows the prompt.
    pub lost: String,
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
    pub typed: Typed,
    pub buttons: Vec<Button>,
    /// Lines on how to reach a person; `(text, href)`, href may be empty.
    pub help: Vec<(String, String)>,
    /// `Reference: XXXX-XXXX`, or empty.
    pub reference: String,
    /// Id of the incident, or empty.
    pub incident: String,
}

/// What a prompt is about, beyond its kind. It says no more than what is known here.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    pub incident: &'a str,
    pub reference: &'a str,
    /// The service that failed, in the user's language, or what ends, as it was declared; empty: not known.
    pub service: &'a str,
    /// An explanation that takes the place of the built-in one.
    pub explanation: &'a str,
    /// A submission is under way whose result is not known.
    pub submitting: bool,
    /// What was typed is not saved anywhere yet.
    pub unsaved: bool,
    /// The guard loaded the page again, and it came to this all the same.
    pub reloaded: bool,
    /// The guard tried again what failed.
    pub retried: bool,
    /// What can be tried again is tried without leaving the page.
    pub in_place: bool,
    /// It ends in so many minutes.
    pub minutes: u64,
}

/// A text in Chinese and English.
#[derive(Clone, Copy)]
struct Both {
    zh: &'static str,
    en: &'static str,
}

const fn both(zh: &'static str, en: &'static str) -> Both {
    Both { zh, en }
}

const NO_TEXT: Both = both("", "");

impl Both {
    fn get(self, locale: Locale) -> &'static str {
        match locale {
            Locale::Zh => self.zh,
            Locale::En => self.en,
        }
    }
}

/// What a kind of prompt says. `{s}` is the name of the service.
struct Words {
    title: Both,
    /// What is the matter, as far as this kind of prompt alone says it. What was done about it follows.
    what: Both,
    /// What helps.
    advice: Both,
    safe: Both,
    /// Most useful first; that one stands out.
    buttons: &'static [&'static Offer],
}

/// A choice, and what its button says.
type Offer = (&'static str, Both);

static RETRY: Offer = (choice::RETRY, both("重试", "Try again"));
static RELOAD: Offer = (choice::RELOAD, both("重新加载", "Reload"));
static CLOSE: Offer = (choice::CLOSE, both("关闭", "Close"));
static UNDERSTOOD: Offer = (choice::CLOSE, both("我知道了", "I understand"));
static HOME: Offer = (choice::HOME, both("回到首页", "Go to the home page"));
static REFRESH: Offer = (choice::RELOAD, both("立即刷新", "Refresh now"));
static NOT_NOW: Offer = (choice::CONTINUE, both("暂不刷新", "Not now"));
static RENEW: Offer = (choice::RETRY, both("续期", "Renew"));
static SEND_AGAIN: Offer = (choice::RETRY, both("重新发送短信", "Send the SMS again"));

const NOTHING_LOST: Both = both("您已保存的内容不会丢失。", "What you have saved is not lost.");
const RESULT_PENDING: Both = both(
    "提交结果正在确认中，请勿重复提交；我们不会重复受理同一笔申请。",
    "The result of your submission is being confirmed. Please do not submit again; the same application is never booked twice.",
);
const COPY_FIRST: Both = both(
    "您刚才填写的内容还没有保存，也无法保留，请先复制再继续。",
    "What you just typed is not saved and cannot be kept. Copy it before you go on.",
);
const KEPT: Both = both(
    "您刚才填写的内容会保留在本机，页面重新打开后自动恢复（密码和验证码除外）。",
    "What you just typed stays on this device and is put back when this page opens again, except passwords and codes.",
);
const RELOAD_ANYWAY: Both = both("仍要重新加载（未保存内容会丢失）", "Reload anyway, typed text is lost");
const LEAVE_ANYWAY: Both = both("仍要离开（未保存内容会丢失）", "Leave anyway, typed text is lost");

const RELOADED: Both =
    both("我们已自动重新加载一次，问题仍然存在。", "We reloaded the page once and the problem is still there.");
const RETRIED: Both = both("我们已自动重试，暂未成功。", "We have tried again on our own, without success so far.");
const QUOTE: Both = both("联系人工客服时请提供下方编号。", "When you contact us, quote the reference below.");

/// In the order of [`PromptKind::ALL`].
static WORDS: [Words; 17] = [
    // LoadFailed
    Words {
        title: both("页面没有加载完整", "The page did not load completely"),
        what: both("部分文件暂时无法获取。", "Some files cannot be fetched right now."),
        advice: both("请稍后重新加载。", "Please reload in a moment."),
        safe: NOTHING_LOST,
        buttons: &[&RELOAD, &CLOSE],
    },
    // Script
    Words {
        title: both("页面出了点问题", "Something went wrong on this page"),
        what: both("页面没有正常显示。", "The page did not come up as it should."),
        advice: both("您可以重新加载，或稍后再来。", "You can reload it, or come back later."),
        safe: NOTHING_LOST,
        buttons: &[&RELOAD, &CLOSE],
    },
    // Service
    Words {
        title: both("{s}暂时没有响应", "{s} is not responding"),
        what: NO_TEXT,
        advice: both("您可以立即重试，或稍后再来。", "You can try again now, or come back later."),
        safe: NOTHING_LOST,
        buttons: &[&RETRY, &CLOSE],
    },
    // Network
    Words {
        title: both("暂时无法连接{s}", "{s} cannot be reached"),
        what: both("可能是网络不稳定，也可能是服务暂时不可用。", "It may be the connection, or the other side."),
        advice: both(
            "请稍后重试；如果其他网页也打不开，请检查网络，或切换 Wi-Fi 与移动数据。",
            "Please try again in a moment. If other pages do not open either, check your network, or switch between Wi-Fi and mobile data.",
        ),
        safe: NOTHING_LOST,
        buttons: &[&RETRY, &CLOSE],
    },
    // Overload
    Words {
        title: both("{s}繁忙，请稍候", "{s} is busy, please wait"),
        what: both("目前暂时无法处理更多请求。", "It cannot take more requests right now."),
        advice: both("请过一会儿再试。", "Please try again in a while."),
        safe: NOTHING_LOST,
        buttons: &[&RETRY, &CLOSE],
    },
    // Offline
    Words {
        title: both("网络已断开", "You are offline"),
        what: NO_TEXT,
        advice: both("恢复连接后将自动继续，无需操作。", "We go on by ourselves as soon as you are back online."),
        safe: NOTHING_LOST,
        buttons: &[],
    },
    // Verification
    Words {
        title: both("没有收到验证码？", "No verification code?"),
        what: both("短信可能会晚到几分钟。", "An SMS can be a few minutes late."),
        advice: both("您可以重新发送，或换一种方式验证。", "You can have it sent again, or verify in another way."),
        safe: NOTHING_LOST,
        buttons: &[&SEND_AGAIN, &CLOSE],
    },
    // LinkExpired
    Words {
        title: both("链接已失效", "This link has expired"),
        what: both("为了您的账户安全，链接有使用期限。", "Links are valid for a limited time to protect your account."),
        advice: both("您可以从首页继续办理。", "You can go on from the home page."),
        safe: NOTHING_LOST,
        buttons: &[&HOME, &CLOSE],
    },
    // Expiring
    Words {
        title: both("{s}将在 {n} 分钟后失效", "{s} expires in {n}"),
        what: NO_TEXT,
        advice: both("请尽快完成正在进行的操作。", "Please finish what you are doing before that."),
        safe: NOTHING_LOST,
        buttons: &[&RENEW, &CLOSE],
    },
    // Expired
    Words {
        title: both("{s}已失效", "{s} has expired"),
        what: NO_TEXT,
        advice: both("请重新加载页面后继续。", "Please reload the page to go on."),
        safe: NOTHING_LOST,
        buttons: &[&RELOAD, &CLOSE],
    },
    // Renewing
    Words {
        title: both("{s}已失效，正在续期", "{s} has expired and is being renewed"),
        what: both("您的操作还没有提交。", "What you asked for has not been sent yet."),
        advice: both("续期完成后将自动继续。", "We go on by ourselves as soon as that is done."),
        safe: NO_TEXT,
        buttons: &[],
    },
    // Refused
    Words {
        title: both("暂时无法办理", "This cannot be done right now"),
        what: both("这是审核结果，不是系统故障。", "This is a decision, not a fault of the system."),
        advice: both("重试不会改变结果。", "Trying again does not change it."),
        safe: both("您的资料是安全的。", "Your data is safe."),
        buttons: &[&UNDERSTOOD],
    },
    // Update
    Words {
        title: both("页面有新版本", "A new version is available"),
        what: NO_TEXT,
        advice: both("需要刷新页面才能继续使用。", "Please refresh the page to go on."),
        safe: NOTHING_LOST,
        buttons: &[&REFRESH, &NOT_NOW],
    },
    // Unsupported
    Words {
        title: both("当前浏览器无法打开此页面", "This browser cannot open the page"),
        what: NO_TEXT,
        advice: both(
            "请升级浏览器或系统，或换用手机自带浏览器打开。",
            "Please update your browser or system, or open the page in your phone's own browser.",
        ),
        safe: NOTHING_LOST,
        buttons: &[&UNDERSTOOD],
    },
    // Unusable
    Words {
        title: both("页面可以查看，但暂时无法操作", "This page can be read, but not used"),
        what: both("让页面运行的程序没有启动。", "The program behind it did not start."),
        advice: both("请稍后重新加载。", "Please reload in a moment."),
        safe: NO_TEXT,
        buttons: &[&RELOAD, &CLOSE],
    },
    // Translated
    Words {
        title: both("网页翻译影响了此页面", "The page was altered by a translation"),
        what: both(
            "翻译功能改动了页面内容，页面因此无法继续运行。",
            "The translation changed the page's content, so that the page cannot go on.",
        ),
        advice: both("请关闭网页翻译后重新加载。", "Turn translation off for this page, then reload it."),
        safe: NOTHING_LOST,
        buttons: &[&RELOAD, &CLOSE],
    },
    // Loop
    Words {
        title: both("页面在反复重新加载", "The page keeps reloading"),
        what: both(
            "它在短时间内多次重新加载，仍未正常显示。",
            "It has loaded several times in a short time and still does not work.",
        ),
        advice: both("请稍后再试。", "Please try again later."),
        safe: NOTHING_LOST,
        buttons: &[&RELOAD, &CLOSE],
    },
];

fn offer(buttons: &mut Vec<Button>, choice: &str, label: &str, sure: &str) {
    let primary = buttons.is_empty();
    let sends = !matches!(choice, choice::CLOSE | choice::CONTINUE);
    buttons.push(Button { choice: choice.into(), label: label.into(), primary, sends, sure: sure.into() });
}

fn help(kind: PromptKind, help: &Help, locale: Locale) -> Vec<(String, String)> {
    let mut lines = Vec::new();
    if !help.phone.is_empty() {
        let hours = help.hours.get(locale);
        let [open, close] =
            if hours.is_empty() { [""; 2] } else { [both("（", " (").get(locale), both("）", ")").get(locale)] };
        let line =
            format!("{}{}{open}{hours}{close}", both("人工客服：", "Customer service: ").get(locale), help.phone);
        lines.push((line, format!("tel:{}", help.phone)));
    }
    for (label, url) in
        [(both("在线客服", "Chat with us"), &help.url), (both("反馈问题", "Send feedback"), &help.feedback)]
    {
        if let Some(url) = url {
            lines.push((label.get(locale).into(), url.clone()));
        }
    }
    match kind {
        // Nobody can do anything about it.
        PromptKind::Offline | PromptKind::Expiring | PromptKind::Renewing => lines.clear(),
        // Each line takes some of the page out of sight.
        PromptKind::Unusable | PromptKind::Expired => lines.truncate(1),
        _ => {}
    }
    lines
}

/// What is the matter, what was done about it, what helps: only what the subject vouches for.
fn body(kind: PromptKind, words: &Words, subject: &Subject, locale: Locale) -> String {
    if !subject.explanation.is_empty() {
        return subject.explanation.into();
    }
    // A decision, and a link that is too old, are no matter of trying.
    let tries = !matches!(kind, PromptKind::Refused | PromptKind::LinkExpired | PromptKind::Unsupported);
    let done = match (subject.reloaded, subject.retried) {
        (true, _) if tries => RELOADED,
        (_, true) if tries => RETRIED,
        _ => NO_TEXT,
    };
    let quote = if kind == PromptKind::Script && !subject.reference.is_empty() { QUOTE } else { NO_TEXT };
    let sentences = [words.what, done, words.advice, quote].map(|sentence| sentence.get(locale));
    let said: Vec<_> = sentences.into_iter().filter(|sentence| !sentence.is_empty()).collect();
    // Chinese has no blank between sentences.
    said.join(if locale == Locale::En { " " } else { "" })
}

/// What a button says before it loses typed text; empty when it leaves nothing.
fn sure(kind: PromptKind, choice: &str, subject: &Subject) -> Both {
    match choice {
        choice::RELOAD => RELOAD_ANYWAY,
        choice::RETRY if !subject.in_place && kind != PromptKind::Verification => RELOAD_ANYWAY,
        choice::HOME => LEAVE_ANYWAY,
        _ => NO_TEXT,
    }
}

/// What is spoken of.
fn name<'a>(kind: PromptKind, subject: &Subject<'a>, locale: Locale) -> &'a str {
    let ends = matches!(kind, PromptKind::Expiring | PromptKind::Expired | PromptKind::Renewing);
    let name = match subject.service {
        "link" if ends => both("链接", "This link"),
        "" | "session" if ends => both("登录状态", "Your session"),
        "" => both("服务", "The service"),
        given => return given,
    };
    name.get(locale)
}

/// In which language the user is spoken to, and whom they can turn to.
#[derive(Debug)]
pub struct Voice {
    locale: Locale,
    help: Help,
    /// Other ways to verify.
    alternatives: Vec<Alternative>,
}

impl Voice {
    /// Takes its part out of the configuration: nobody else speaks to the user.
    pub fn of(config: &mut Config) -> Voice {
        Voice { locale: config.locale, help: take(&mut config.help), alternatives: take(&mut config.alternatives) }
    }
}

/// A prompt in the user's language.
pub fn compose(kind: PromptKind, subject: &Subject, voice: &Voice) -> PromptSpec {
    let locale = voice.locale;
    let words = &WORDS[kind as usize];
    let service = name(kind, subject, locale);
    let minutes = match (locale, subject.minutes) {
        (Locale::Zh, minutes) => minutes.to_string(),
        (Locale::En, 1) => "1 minute".into(),
        (Locale::En, minutes) => format!("{minutes} minutes"),
    };
    let about_requests = matches!(kind, PromptKind::Service | PromptKind::Network | PromptKind::Overload);
    let mut buttons = Vec::new();
    if kind == PromptKind::Verification {
        for Alternative { id, label } in &voice.alternatives {
            offer(&mut buttons, id, label.get(locale), "");
        }
    }
    for (choice, label) in words.buttons {
        if kind == PromptKind::Expiring && *choice == choice::RETRY && !subject.in_place {
            continue;
        }
        offer(&mut buttons, choice, label.get(locale), sure(kind, choice, subject).get(locale));
    }
    let leaves = buttons.iter().any(|button| !button.sure.is_empty());
    let typed = if leaves {
        Typed { kept: KEPT.get(locale).into(), lost: COPY_FIRST.get(locale).into() }
    } else {
        Typed::default()
    };
    let safe = if about_requests && subject.submitting {
        RESULT_PENDING
    } else if leaves && subject.unsaved {
        COPY_FIRST
    } else {
        words.safe
    };
    let label = if subject.reference.is_empty() { "" } else { both("编号：", "Reference: ").get(locale) };
    PromptSpec {
        kind,
        modal: !kind.is_notice(),
        lang: both("zh-CN", "en").get(locale),
        title: words.title.get(locale).replace("{s}", service).replace("{n}", &minutes),
        body: body(kind, words, subject, locale),
        safe: safe.get(locale).into(),
        typed,
        help: help(kind, &voice.help, locale),
        buttons,
        reference: format!("{label}{}", subject.reference),
        incident: subject.incident.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::config::Text;

    fn voice(locale: Locale) -> Voice {
        let mut config = Config { locale, ..Config::default() };
        config.help.phone = "400-800-1234".into();
        config.help.url = Some("/help".into());
        config.help.hours = Text { zh: "9:00–21:00".into(), en: "9 am to 9 pm".into() };
        config.alternatives = vec![Alternative {
            id: "voice".into(),
            label: Text { zh: "语音验证码".into(), en: "Voice call".into() },
        }];
        Voice::of(&mut config)
    }

    #[test]
    fn every_prompt_says_what_happened_and_offers_a_way_on() {
        for locale in [Locale::Zh, Locale::En] {
            for kind in PromptKind::ALL {
                let spec = compose(kind, &Subject::default(), &voice(locale));
                let name = kind.code();
                assert!(!spec.title.is_empty() && !spec.body.is_empty(), "{name}");
                assert!(!spec.title.contains("{s}"), "{name}");
                assert!(spec.buttons.is_empty() || spec.buttons.iter().filter(|b| b.primary).count() == 1, "{name}");
                assert_eq!(spec.body.is_ascii(), locale == Locale::En, "{name}");
                assert_eq!(PromptKind::from_code(name), Some(kind));
                if spec.modal {
                    assert!(!spec.safe.is_empty() && !spec.buttons.is_empty(), "{name}: a dialog can be answered");
                }
            }
        }
    }

    #[test]
    fn what_is_a_notice_and_which_buttons_it_has() {
        let of = |kind| compose(kind, &Subject::default(), &voice(Locale::Zh));
        let notices: Vec<PromptKind> = PromptKind::ALL.into_iter().filter(|kind| !of(*kind).modal).collect();
        let ends = [PromptKind::Expiring, PromptKind::Expired, PromptKind::Renewing];
        assert_eq!(notices, [&[PromptKind::Offline][..], &ends, &[PromptKind::Unusable]].concat());
        let unusable = of(PromptKind::Unusable);
        assert_eq!(unusable.title, "页面可以查看，但暂时无法操作");
        assert_eq!(choices(&unusable), [choice::RELOAD, choice::CLOSE]);
        assert_eq!(unusable.help.len(), 1);
        assert!(of(PromptKind::Offline).buttons.is_empty() && of(PromptKind::Offline).help.is_empty());
    }

    #[test]
    fn a_prompt_says_only_what_was_done() {
        let claims = [
            "我们已自动重新加载",
            "reloaded the page once",
            "我们已自动重试",
            "have tried again on our own",
            "编号",
            "reference below",
        ];
        for locale in [Locale::Zh, Locale::En] {
            for kind in PromptKind::ALL {
                let body = |subject: &Subject| compose(kind, subject, &voice(locale)).body;
                let plain = body(&Subject::default());
                for claim in claims {
                    assert!(!plain.contains(claim), "{}: {plain}", kind.code());
                }
                let reloaded = body(&Subject { reloaded: true, retried: true, ..Subject::default() });
                assert!(!reloaded.contains(claims[2]) && !reloaded.contains(claims[3]), "one of the two is enough");
                let explained = body(&Subject { reloaded: true, explanation: "x", ..Subject::default() });
                assert_eq!(explained, "x");
            }
        }
        let at = |subject: &Subject| compose(PromptKind::Script, subject, &voice(Locale::En)).body;
        assert_eq!(
            at(&Subject { reloaded: true, reference: "AB12", ..Subject::default() }),
            "The page did not come up as it should. We reloaded the page once and the problem is still there. \
             You can reload it, or come back later. When you contact us, quote the reference below."
        );
        let zh = compose(PromptKind::LoadFailed, &Subject { retried: true, ..Subject::default() }, &voice(Locale::Zh));
        assert_eq!(zh.body, "部分文件暂时无法获取。我们已自动重试，暂未成功。请稍后重新加载。");
    }

    #[test]
    fn nobody_is_blamed_whose_fault_is_not_known() {
        for kind in PromptKind::ALL {
            let text = |locale| {
                let spec = compose(kind, &Subject::default(), &voice(locale));
                [spec.title, spec.body, spec.safe].concat()
            };
            let known = matches!(kind, PromptKind::Offline | PromptKind::Network);
            let blames = text(Locale::Zh).contains("网络") || text(Locale::En).to_lowercase().contains("network");
            assert_eq!(blames, known, "{}: the network", kind.code());
            let blames = text(Locale::Zh).contains("浏览器") || text(Locale::En).contains("browser");
            assert_eq!(blames, kind == PromptKind::Unsupported, "{}: the browser", kind.code());
        }
    }

    #[test]
    fn what_leaves_the_page_has_a_word_for_typed_text() {
        let asks = |kind, in_place| {
            let spec = compose(kind, &Subject { in_place, ..Subject::default() }, &voice(Locale::En));
            let sure: Vec<String> = spec.buttons.into_iter().filter(|b| !b.sure.is_empty()).map(|b| b.choice).collect();
            assert_eq!(sure.is_empty(), spec.typed.lost.is_empty(), "{}", kind.code());
            sure
        };
        assert_eq!(asks(PromptKind::Script, false), [choice::RELOAD]);
        assert_eq!(asks(PromptKind::LinkExpired, false), [choice::HOME]);
        assert_eq!(asks(PromptKind::Unusable, false), [choice::RELOAD]);
        assert_eq!(asks(PromptKind::Network, false), [choice::RETRY], "a page is tried again by loading it anew");
        assert_eq!(asks(PromptKind::Network, true), [""; 0]);
        assert_eq!(asks(PromptKind::Verification, false), [""; 0]);
        let spec = compose(PromptKind::Update, &Subject::default(), &voice(Locale::Zh));
        assert_eq!(spec.buttons[0].sure, "仍要重新加载（未保存内容会丢失）");
    }

    #[test]
    fn what_sends_or_leaves_cools_down() {
        let mut sends = Vec::new();
        for kind in PromptKind::ALL {
            for button in compose(kind, &Subject::default(), &voice(Locale::En)).buttons {
                if !sends.contains(&(button.choice.clone(), button.sends)) {
                    sends.push((button.choice, button.sends));
                }
            }
        }
        let of = |choice: &str| sends.iter().filter(|(c, _)| c == choice).map(|(_, sends)| *sends).collect::<Vec<_>>();
        for choice in [choice::RETRY, choice::RELOAD, choice::HOME, "voice"] {
            assert_eq!(of(choice), [true], "{choice}");
        }
        for choice in [choice::CLOSE, choice::CONTINUE] {
            assert_eq!(of(choice), [false], "{choice}");
        }
    }

    #[test]
    fn every_choice_is_a_known_one_or_an_alternatives_id() {
        for kind in PromptKind::ALL {
            for choice in choices(&compose(kind, &Subject::default(), &voice(Locale::En))) {
                assert!(choice::ALL.contains(&choice) || choice == "voice", "{}: {choice}", kind.code());
            }
        }
    }

    fn choices(spec: &PromptSpec) -> Vec<&str> {
        spec.buttons.iter().map(|b| b.choice.as_str()).collect()
    }

    #[test]
    fn the_service_is_named_and_a_pending_result_is_said() {
        let subject = Subject { service: "额度服务", submitting: true, ..Subject::default() };
        let spec = compose(PromptKind::Service, &subject, &voice(Locale::Zh));
        assert_eq!(spec.title, "额度服务暂时没有响应");
        assert!(spec.safe.contains("请勿重复提交"));
        assert_eq!(spec.help[0].0, "人工客服：400-800-1234（9:00–21:00）");
        let title = |kind, locale| compose(kind, &Subject::default(), &voice(locale)).title;
        assert_eq!(title(PromptKind::Expired, Locale::Zh), "登录状态已失效");
        assert_eq!(title(PromptKind::Network, Locale::Zh), "暂时无法连接服务");
        assert_eq!(title(PromptKind::Network, Locale::En), "The service cannot be reached");
    }

    #[test]
    fn what_ends_is_told_by_its_name_and_in_minutes() {
        let said = |service, minutes, in_place, locale| {
            let subject = Subject { service, in_place, minutes, ..Subject::default() };
            let spec = compose(PromptKind::Expiring, &subject, &voice(locale));
            (spec.title.clone(), choices(&spec).join(" "))
        };
        let told = |title: &str, choices: &str| (title.into(), choices.into());
        assert_eq!(said("link", 2, false, Locale::En), told("This link expires in 2 minutes", "close"));
        assert_eq!(said("session", 1, true, Locale::En), told("Your session expires in 1 minute", "retry close"));
        assert_eq!(said("session", 2, false, Locale::Zh), told("登录状态将在 2 分钟后失效", "close"));
        assert_eq!(said("额度报价", 5, false, Locale::Zh), told("额度报价将在 5 分钟后失效", "close"));
    }

    #[test]
    fn verification_offers_the_configured_ways_first() {
        let spec = compose(PromptKind::Verification, &Subject::default(), &voice(Locale::En));
        assert_eq!(choices(&spec), ["voice", choice::RETRY, choice::CLOSE]);
    }
}
