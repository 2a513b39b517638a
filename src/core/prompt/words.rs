//! What a prompt says: what happened, what is safe, what to do now, in the user's language.

use crate::core::config::{Alternative, Config, Help, Locale, Text};
use crate::core::playbook::plan::{Announcement, Wording};
use crate::core::vocabulary::vocabulary;
use std::mem::take;

vocabulary! {
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub enum PromptKind {
        /// A file of the page did not come.
        LoadFailed = "load-failed",
        /// The page shows nothing, and its own script or nothing known is to blame.
        Script = "script",
        /// A service behind the page does not respond.
        Service = "service",
        /// A server cannot be reached.
        Network = "network",
        /// A server has no room for the request.
        Overload = "overload",
        /// There is no network.
        Offline = "offline",
        /// A verification code did not go out: other ways to verify. The page asks for it.
        Verification = "verification",
        /// The link is too old, and there is no new one.
        LinkExpired = "link-expired",
        /// The link, the session or something else is good for some minutes more.
        Expiring = "expiring",
        /// The session, or something else that the page has declared, is over.
        Expired = "expired",
        /// It is being renewed, and something that the user wants waits for it.
        Renewing = "renewing",
        /// The server has decided against it.
        Refused = "refused",
        /// Another build is live, and the user must or wants to go on with it.
        Update = "update",
        /// The browser cannot run the page.
        Unsupported = "unsupported",
        /// The page can be read, but what should make it work did not come.
        Unusable = "unusable",
        /// A translation of the page took apart what its program holds on to.
        Translated = "translated",
        /// The page loads itself again and again.
        Loop = "loop",
        /// Not one character more fits into a store of the device.
        StorageFull = "storage-full",
        /// The browser keeps storage from the page.
        StorageDenied = "storage-denied",
        /// The page stands in another one, and may store nothing there.
        StorageFramed = "storage-framed",
        /// Another tab holds what the page waits for.
        OtherTabs = "other-tabs",
        /// A database does not answer.
        StorageLost = "storage-lost",
        /// What the page has stored may be what it does not cope with.
        StorageReset = "storage-reset",
        /// Another build is live; the page goes on working.
        NewVersion = "new-version",
        /// The running build must not submit anything any more.
        TooOld = "too-old",
        /// What the team has to tell its users.
        Announcement = "announcement",
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
                | PromptKind::NewVersion
                | PromptKind::Announcement
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
    /// Not now: in an hour, it may be said again.
    pub const LATER: &str = "later";
    /// Set what the page has stored aside, and load it anew.
    pub const RESET: &str = "reset";
    /// Open the page in a window of its own.
    pub const OPEN: &str = "open";
    /// The prompt went away without an answer.
    pub const NONE: &str = "none";

    /// All but the ids of alternatives, which are the page's own.
    pub const ALL: [&str; 9] = [RETRY, RELOAD, RESET, CLOSE, CONTINUE, HOME, LATER, OPEN, NONE];
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
    /// What is announced.
    pub announcement: Option<&'a Announcement>,
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
static OPEN: Offer = (choice::OPEN, both("在新窗口中打开", "Open in a new window"));
static RESET: Offer = (choice::RESET, both("重置并重新加载", "Reset and reload"));
static REFRESH: Offer = (choice::RELOAD, both("立即刷新", "Refresh now"));
static NOT_NOW: Offer = (choice::CONTINUE, both("暂不刷新", "Not now"));
static RENEW: Offer = (choice::RETRY, both("续期", "Renew"));
static LATER: Offer = (choice::LATER, both("稍后", "Later"));
static SEND_AGAIN: Offer = (choice::RETRY, both("重新发送短信", "Send the SMS again"));

const NOTHING_LOST: Both = both("您已保存的内容不会丢失。", "What you have saved is not lost.");
const SUBMITTED_IS_SAFE: Both = both("您已提交的内容不会丢失。", "What you have submitted is not lost.");
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
static WORDS: [Words; PromptKind::ALL.len()] = [
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
    // StorageFull
    Words {
        title: both("本机存储空间已满", "Storage on this device is full"),
        what: both("页面需要的数据写不进去。", "The page cannot keep what it needs."),
        advice: both(
            "请清理设备空间，或清除此网站保存的数据，然后重新加载。",
            "Free some space, or clear what this site has stored, then reload the page.",
        ),
        safe: SUBMITTED_IS_SAFE,
        buttons: &[&RELOAD, &CLOSE],
    },
    // StorageDenied
    Words {
        title: both("此页面无法保存数据", "This page may not store anything"),
        what: both("浏览器阻止了此页面使用本机存储。", "The browser keeps storage on this device from it."),
        advice: both(
            "请在浏览器设置中允许此网站保存数据（Cookie），或退出无痕模式，然后重新加载。",
            "Allow this site to store data (cookies) in the browser's settings, or leave private browsing, then reload.",
        ),
        safe: SUBMITTED_IS_SAFE,
        buttons: &[&RELOAD, &CLOSE],
    },
    // StorageFramed
    Words {
        title: both("此页面在这里无法保存数据", "This page may not store anything here"),
        what: both(
            "它嵌在另一个网站中，浏览器因此阻止了它使用本机存储。",
            "It is shown inside another site, where the browser keeps storage on this device from it.",
        ),
        advice: both("请在单独的窗口中打开此页面。", "Open this page in a window of its own."),
        safe: SUBMITTED_IS_SAFE,
        buttons: &[&OPEN, &CLOSE],
    },
    // OtherTabs
    Words {
        title: both("此页面在其他标签页中打开着", "This page is open in another tab"),
        what: both("那个标签页占用着此页面需要的数据。", "That tab holds the data that this one needs."),
        advice: both(
            "请关闭此页面的其他标签页，然后将自动继续。",
            "Close the other tabs of this page; this one then goes on by itself.",
        ),
        safe: NOTHING_LOST,
        buttons: &[&RELOAD, &CLOSE],
    },
    // StorageLost
    Words {
        title: both("本机存储没有响应", "Storage on this device does not answer"),
        what: both("页面需要的数据暂时无法读取。", "The data that the page needs cannot be read right now."),
        advice: both(
            "请重新加载；如果没有恢复，请关闭所有标签页后再打开。",
            "Reload the page. If that does not help, close all tabs and open it again.",
        ),
        safe: NOTHING_LOST,
        buttons: &[&RELOAD, &CLOSE],
    },
    // StorageReset
    Words {
        title: both("页面可能无法读取本机数据", "This page may not be able to read what it has stored"),
        what: both(
            "页面更新前保存在本机的数据可能已不适用。",
            "What it stored before it was updated may no longer fit.",
        ),
        advice: both(
            "您可以重置：本机上的设置和尚未提交的内容会回到初始状态。本机会保留一份副本，如果没有帮助，将自动恢复。",
            "You can reset it: settings and what was not submitted start anew. A copy stays on this device, and is put back if that does not help.",
        ),
        safe: SUBMITTED_IS_SAFE,
        buttons: &[&RESET, &RELOAD, &CLOSE],
    },
    // NewVersion
    Words {
        title: both("页面已更新", "This page has been updated"),
        what: NO_TEXT,
        advice: both("刷新后即可使用当前版本，也可以稍后再刷新。", "Refresh to get the current version, now or later."),
        safe: NO_TEXT,
        buttons: &[&REFRESH, &LATER],
    },
    // TooOld
    Words {
        title: both("请先刷新页面", "Please refresh the page first"),
        what: both(
            "您打开的页面版本过旧，已无法提交。",
            "The page that you have open is too old: what it submits is no longer accepted.",
        ),
        advice: both("刷新后即可继续办理。", "After a refresh you can go on."),
        safe: NOTHING_LOST,
        buttons: &[&REFRESH, &CLOSE],
    },
    // Announcement
    Words { title: both("通知", "Notice"), what: NO_TEXT, advice: NO_TEXT, safe: NO_TEXT, buttons: &[&UNDERSTOOD] },
];

fn offer(buttons: &mut Vec<Button>, choice: &str, label: &str, sure: &str) {
    let primary = buttons.is_empty();
    let sends = !matches!(choice, choice::CLOSE | choice::CONTINUE | choice::LATER);
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

/// Those of an announcement.
fn links(announcement: &Announcement, locale: Locale) -> Vec<(String, String)> {
    announcement.links.iter().map(|link| (link.label.get(locale).into(), link.href.clone())).collect()
}

/// Words that come from elsewhere: of what is announced, or of a playbook in place of the built-in ones. What is safe is said by the guard alone, which
/// knows it, and so is what the page itself explains.
#[derive(Default)]
struct Said<'a> {
    title: Option<&'a str>,
    text: Option<&'a str>,
}

fn wording<'a>(kind: PromptKind, subject: &'a Subject, voice: &'a Voice) -> Said<'a> {
    let other = voice.wordings.iter().rfind(|wording| wording.prompt == kind.code());
    let (title, text) = match (subject.announcement, other) {
        (Some(announcement), _) => (&announcement.title, &announcement.text),
        (None, Some(wording)) => (&wording.title, &wording.text),
        (None, None) => return Said::default(),
    };
    let said = |text: &'a Text| Some(text.get(voice.locale)).filter(|said| !said.is_empty());
    Said { title: said(title), text: said(text).filter(|_| subject.explanation.is_empty()) }
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
        choice::RELOAD | choice::RESET => RELOAD_ANYWAY,
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
    /// Words of a playbook in place of the built-in ones.
    pub wordings: Vec<Wording>,
}

impl Voice {
    /// Takes its part out of the configuration: nobody else speaks to the user.
    pub fn of(config: &mut Config) -> Voice {
        let (help, alternatives) = (take(&mut config.help), take(&mut config.alternatives));
        Voice { locale: config.locale, help, alternatives, wordings: Vec::new() }
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
    let said = wording(kind, subject, voice);
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
        title: said.title.unwrap_or(words.title.get(locale)).replace("{s}", service).replace("{n}", &minutes),
        body: said.text.map_or_else(|| body(kind, words, subject, locale), Into::into),
        safe: safe.get(locale).into(),
        typed,
        help: subject.announcement.map_or_else(|| help(kind, &voice.help, locale), |one| links(one, locale)),
        buttons,
        reference: format!("{label}{}", subject.reference),
        incident: subject.incident.into(),
    }
}

#[cfg(test)]
mod tests;
