//! The faults by name, and what each of them breaks.

use std::fmt;
use std::str::FromStr;

use crate::request_log::Origin;

macro_rules! faults {
    ($($variant:ident $name:literal $zh:literal $en:literal;)*) => {
        /// One named way to break the site. The names are what the fault panel, the lab and the documents use.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(clippy::doc_markdown, reason = "the panel shows the same words, and knows no Markdown")]
        pub enum Fault { $(#[doc = $en] $variant,)* }

        impl Fault {
            const ALL: &[Fault] = &[$(Fault::$variant,)*];

            /// The name in kebab case.
            pub const fn name(self) -> &'static str {
                match self { $(Fault::$variant => $name,)* }
            }

            /// What it does, in Chinese, for a person at the fault panel.
            pub const fn zh(self) -> &'static str {
                match self { $(Fault::$variant => $zh,)* }
            }

            /// What it does, in English.
            pub const fn en(self) -> &'static str {
                match self { $(Fault::$variant => $en,)* }
            }
        }
    };
}

faults! {
    Healthy "healthy" "一切正常" "Nothing is broken";
    SlowButFine "slow-but-fine" "所有资源都晚到 1.5 秒，但没有损坏" "Every asset comes 1.5 s late, and is fine";
    EntryScriptPrimaryDown "entry-script-primary-down" "入口脚本在主域名上 404，备用域名正常" "Entry scripts are 404 on the primary origin, fine on the backup";
    EntryScriptDead "entry-script-dead" "入口脚本在两个域名上都 404" "Entry scripts are 404 on both origins";
    EntryScriptHtml "entry-script-html" "主域名把入口脚本回成了 200 的 HTML" "The primary origin answers entry scripts with HTML and status 200";
    StylePrimaryDown "style-primary-down" "样式表在主域名上 404，备用域名正常" "Style sheets are 404 on the primary origin, fine on the backup";
    ChunkGoneAfterDeploy "chunk-gone-after-deploy" "页面是旧版本，发布新版本后旧的分包 404（由面板执行发布）" "Old page, new build: its lazy chunks are gone (the panel or the lab deploys)";
    RenderThrows "render-throws" "应用渲染时抛错并卸载，只有第一次打开时" "The application throws while rendering and unmounts, at the first load only";
    RenderThrowsAgain "render-throws-again" "应用每次渲染都抛错并卸载" "The application throws while rendering and unmounts, at every load";
    StorageCorrupt "storage-corrupt" "localStorage 里的半截 JSON 让应用启动即崩溃（由面板写入）" "Half a JSON in local storage crashes the start-up (the panel or the lab writes it)";
    CachePoisoned "cache-poisoned" "Cache Storage 里的脚本其实是 HTML（由面板写入）" "Cache Storage answers a script with HTML (the panel or the lab writes it)";
    Api503 "api-503" "首页接口第一次回 503，并要求 2 秒后再来" "The home API answers 503 once, with Retry-After: 2";
    Submit503 "submit-503" "申请已入账，但回应丢失（503）" "The application is booked, and its answer is lost (503)";
    ApiHangs "api-hangs" "首页接口一直不回应，直到恢复" "The home API hangs until healed";
    OfflineThenOnline "offline-then-online" "断网一段时间后恢复（由面板执行）" "The network goes away and comes back (the panel or the lab does it)";
    SmsCodeFails "sms-code-fails" "短信验证码接口 504" "The SMS code API answers 504";
    LinkExpired "link-expired" "带 ?ticket=expired 的链接已过期，服务器有新链接" "A link with ?ticket=expired has expired, and the server has a new one";
    LinkExpiredNoNew "link-expired-no-new" "带 ?ticket=expired 的链接已过期，没有新链接" "A link with ?ticket=expired has expired, and there is no new one";
    Refused "refused" "风控拒绝申请：403，业务码 RISK_REJECTED" "Risk control refuses: 403 with the business code RISK_REJECTED";
    TelemetryDown "telemetry-down" "遥测接收端回 503" "The telemetry receiver answers 503";
    EnginePrimaryDown "engine-primary-down" "主域名上的引擎（engine.js 和 wasm）404，备用域名正常" "The engine (engine.js and wasm) is 404 on the primary origin, fine on the backup";
    WasmForbidden "wasm-forbidden" "CSP 不许运行 wasm，其他一切正常" "CSP forbids wasm; nothing else is broken";
    WasmBlocked "wasm-blocked" "CSP 不许运行 wasm，入口脚本在主域名上 404" "CSP forbids wasm, and entry scripts are 404 on the primary origin";
    WasmBlockedAndDead "wasm-blocked-and-dead" "CSP 不许运行 wasm，纯 JavaScript 引擎和入口脚本在两个域名上都 404" "CSP forbids wasm, and the plain JavaScript engine and entry scripts are 404 on both origins";
}

impl Fault {
    /// All faults, in the order in which people read them.
    pub const fn all() -> &'static [Fault] {
        Self::ALL
    }

    pub(crate) fn kills_entry_scripts(self, origin: Origin) -> bool {
        match self {
            Fault::EntryScriptPrimaryDown | Fault::WasmBlocked => origin == Origin::Page,
            Fault::EntryScriptDead | Fault::WasmBlockedAndDead => true,
            _ => false,
        }
    }

    pub(crate) fn blocks_wasm(self) -> bool {
        matches!(self, Fault::WasmForbidden | Fault::WasmBlocked | Fault::WasmBlockedAndDead)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl serde::Serialize for Fault {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A name that is not a fault. Its text lists the known ones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownFault(pub String);

impl fmt::Display for UnknownFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = Fault::all().iter().map(|fault| fault.name()).collect();
        write!(f, "unknown fault {:?}; known: {}", self.0, names.join(", "))
    }
}

impl std::error::Error for UnknownFault {}

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::all().iter().copied().find(|fault| fault.name() == name).ok_or_else(|| UnknownFault(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_parses_back_and_is_kebab_case() {
        for &fault in Fault::all() {
            assert_eq!(fault.to_string().parse(), Ok(fault));
            assert!(fault.name().chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')), "{fault}");
        }
    }

    #[test]
    fn an_unknown_name_lists_the_known_ones() {
        let text = "nope".parse::<Fault>().unwrap_err().to_string();
        assert!(text.contains("\"nope\"") && text.contains("wasm-blocked-and-dead"), "{text}");
    }
}
