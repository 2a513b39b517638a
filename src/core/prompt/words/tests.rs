//! What prompts say, in both languages.

use super::*;
use crate::core::config::Text;
use crate::core::playbook::plan::Link;

fn voice(locale: Locale) -> Voice {
    let mut config = Config { locale, ..Config::default() };
    config.help.phone = "400-800-1234".into();
    config.help.url = Some("/help".into());
    config.help.hours = Text { zh: "9:00–21:00".into(), en: "9 am to 9 pm".into() };
    config.alternatives =
        vec![Alternative { id: "voice".into(), label: Text { zh: "语音验证码".into(), en: "Voice call".into() } }];
    Voice::of(&mut config)
}

#[test]
fn every_prompt_says_what_happened_and_offers_a_way_on() {
    for locale in [Locale::Zh, Locale::En] {
        for kind in PromptKind::ALL {
            let spec = compose(kind, &Subject::default(), &voice(locale));
            let name = kind.code();
            // What is announced comes from elsewhere.
            let empty = kind == PromptKind::Announcement;
            assert!(!spec.title.is_empty() && spec.body.is_empty() == empty, "{name}");
            assert!(!spec.title.contains("{s}"), "{name}");
            assert!(spec.buttons.is_empty() || spec.buttons.iter().filter(|b| b.primary).count() == 1, "{name}");
            assert_eq!(spec.title.is_ascii(), locale == Locale::En, "{name}");
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
    let others = [PromptKind::Unusable, PromptKind::NewVersion, PromptKind::Announcement];
    assert_eq!(notices, [&[PromptKind::Offline][..], &ends, &others].concat());
    assert_eq!(choices(&of(PromptKind::NewVersion)), [choice::RELOAD, choice::LATER]);
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
        let known = matches!(kind, PromptKind::Unsupported | PromptKind::StorageDenied | PromptKind::StorageFramed);
        assert_eq!(blames, known, "{}: the browser", kind.code());
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
    for choice in [choice::RETRY, choice::RELOAD, choice::HOME, choice::OPEN, "voice"] {
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

#[test]
fn an_announcement_is_said_in_the_users_language_with_its_links_alone() {
    let text = |zh: &str, en: &str| Text { zh: zh.into(), en: en.into() };
    let links = vec![Link { label: text("备用页面", "Spare page"), href: "/spare".into() }];
    let (title, body) = (text("系统维护", "Maintenance"), text("今晚 22 点起。", "From 10 pm."));
    let announcement = Announcement { id: "m1".into(), title, text: body, links };
    let subject = Subject { announcement: Some(&announcement), ..Subject::default() };
    for (locale, title, body, link) in [
        (Locale::Zh, "系统维护", "今晚 22 点起。", "备用页面"),
        (Locale::En, "Maintenance", "From 10 pm.", "Spare page"),
    ] {
        let spec = compose(PromptKind::Announcement, &subject, &voice(locale));
        assert_eq!((spec.title.as_str(), spec.body.as_str(), spec.modal), (title, body, false));
        assert_eq!((spec.help.clone(), choices(&spec)), (vec![(link.into(), "/spare".into())], vec![choice::CLOSE]));
    }
}

#[test]
fn words_of_a_playbook_stand_for_the_built_in_ones_but_not_for_what_is_safe_or_what_the_page_explains() {
    let mut voice = voice(Locale::Zh);
    let own = |kind, voice: &Voice| compose(kind, &Subject { service: "额度服务", ..Subject::default() }, voice);
    let before = own(PromptKind::Service, &voice);
    let wording = |title: &str, text: &str| Wording {
        prompt: PromptKind::Service.code().into(),
        title: Text::both(title),
        text: Text::both(text),
    };
    voice.wordings = vec![wording("x", "y"), wording("{s}维护中", "22 点恢复。")];
    let after = own(PromptKind::Service, &voice);
    assert_eq!((after.title.as_str(), after.body.as_str()), ("额度服务维护中", "22 点恢复。"));
    assert_eq!((&after.safe, &after.buttons, &after.help), (&before.safe, &before.buttons, &before.help));
    assert_eq!(own(PromptKind::Script, &voice).title, "页面出了点问题", "of other kinds nothing is said");
    let explained = Subject { explanation: "z", ..Subject::default() };
    assert_eq!(compose(PromptKind::Service, &explained, &voice).body, "z");
    voice.wordings = vec![wording("维护中", "")];
    assert_eq!(own(PromptKind::Service, &voice).body, before.body, "an empty text leaves the built-in one");
}
