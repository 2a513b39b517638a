//! What of typed text may be kept on the device over a reload, and for how long.

use super::time::Millis;

/// Fields kept; a form with more of them is not kept whole.
pub const MOST_FIELDS: usize = 64;
/// Of the whole record, in UTF-16 units as storage counts them: a hundredth of what browsers give an origin.
pub const MOST_TEXT: usize = 65_536;
/// Who comes back later than this does not go on with what was typed.
pub const KEPT_FOR: Millis = Millis(600_000);
/// Fields of the next document are waited for this long: slow phones build a form in that time, and later somebody may
/// have begun to fill it in anew.
pub const RESTORED_FOR: Millis = Millis(15_000);

/// In the name, id, placeholder or label of a field, without case: what it asks for is nobody's to keep.
const SECRETS: [&str; 17] = [
    "password",
    "passwd",
    "passcode",
    "passphrase",
    "pwd",
    "otp",
    "captcha",
    "smscode",
    "sms-code",
    "sms_code",
    "verif",
    "vcode",
    "cvv",
    "cvc",
    "密码",
    "验证码",
    "安全码",
];
/// The same of payment cards.
const CARDS: [&str; 4] = ["cardno", "cardnum", "card-num", "卡号"];
/// The same of what tells who somebody is, or how to reach them.
const PERSONS: [&str; 42] = [
    "name",
    "phone",
    "mobile",
    "tel",
    "mail",
    "addr",
    "idcard",
    "id-card",
    "id_card",
    "idno",
    "ident",
    "birth",
    "bday",
    "card",
    "acct",
    "account",
    "iban",
    "bank",
    "contact",
    "passport",
    "licen",
    "ssn",
    "openid",
    "wechat",
    "weixin",
    "token",
    "姓名",
    "手机",
    "电话",
    "邮箱",
    "邮件",
    "地址",
    "身份证",
    "证件",
    "护照",
    "生日",
    "出生",
    "微信",
    "账号",
    "户名",
    "银行",
    "联系",
];

/// What a field says of itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct About<'a> {
    pub kind: &'a str,
    /// The tokens of the `autocomplete` attribute.
    pub autocomplete: &'a str,
    /// Name, id, placeholder and label.
    pub names: &'a [String],
}

/// Whose what a field asks for is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Privacy {
    /// Nobody's.
    Plain,
    /// Some person's: kept where the page says so.
    Personal,
    /// A payment card's: the same, and never outside of a draft.
    Card,
    /// Passwords, one-time codes and security codes of cards: never kept.
    Secret,
}

impl About<'_> {
    pub fn privacy(&self) -> Privacy {
        let purpose = self.autocomplete.to_ascii_lowercase();
        let tokens = || purpose.split(' ');
        let named = |words: &[&str]| {
            self.names
                .iter()
                .map(|name| name.to_ascii_lowercase())
                .any(|name| words.iter().any(|word| name.contains(word)))
        };
        // What it says of its purpose outweighs its words: the field of a telephone number says that it is for a code.
        let told = tokens().any(|token| !matches!(token, "" | "on" | "off"));
        let secret = |token| matches!(token, "one-time-code" | "current-password" | "new-password" | "cc-csc");
        if matches!(self.kind, "password" | "hidden" | "file")
            || tokens().any(secret)
            || !told && (named(&SECRETS) || self.names.iter().any(|name| name.eq_ignore_ascii_case("pin")))
        {
            Privacy::Secret
        } else if tokens().any(|token| token.starts_with("cc-")) || !told && named(&CARDS) {
            Privacy::Card
        } else if tokens().any(is_personal) || matches!(self.kind, "email" | "tel") || named(&PERSONS) {
            Privacy::Personal
        } else {
            Privacy::Plain
        }
    }
}

/// Of the purposes that the standard of autofill knows, all but these are a person's.
fn is_personal(token: &str) -> bool {
    !matches!(token, "" | "on" | "off" | "language" | "shipping" | "billing")
        && !token.starts_with("section-")
        && !token.starts_with("transaction-")
}

/// Passwords, one-time codes and payment cards: never kept without a draft.
pub fn is_secret(field: &About) -> bool {
    matches!(field.privacy(), Privacy::Card | Privacy::Secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_codes_and_cards_are_never_kept() {
        let cases: &[(&str, &str, &[&str], bool)] = &[
            ("text", "", &["name", "", "请输入姓名"], false),
            ("tel", "tel", &["mobile", "", "手机号"], false),
            ("tel", "tel", &["phone", "用于接收验证码"], false),
            ("text", "section-a billing street-address", &["shipping"], false),
            ("textarea", "", &["reason"], false),
            ("password", "", &[], true),
            ("text", "one-time-code", &[], true),
            ("tel", "section-a cc-number", &[], true),
            ("text", "CC-CSC", &[], true),
            ("text", "new-password", &[], true),
            ("text", "off", &["loginPwd"], true),
            ("number", "", &["code", "", "请输入短信验证码"], true),
            ("text", "", &["pin"], true),
            ("tel", "", &["bankCardNo"], true),
        ];
        for (kind, autocomplete, names, secret) in cases {
            let names: Vec<String> = names.iter().map(|name| String::from(*name)).collect();
            let field = About { kind, autocomplete, names: &names };
            assert_eq!(is_secret(&field), *secret, "{field:?}");
        }
    }

    #[test]
    fn what_is_a_persons_is_told_from_what_is_nobodys() {
        use Privacy::{Card, Personal, Plain, Secret};
        let cases: &[(&str, &str, &[&str], Privacy)] = &[
            ("text", "", &["amount", "借款金额"], Plain),
            ("textarea", "", &["reason"], Plain),
            ("select-one", "off", &["term"], Plain),
            ("text", "section-loan transaction-amount", &[], Plain),
            ("text", "name", &[], Personal),
            ("text", "shipping street-address", &[], Personal),
            ("text", "bday-year", &[], Personal),
            ("text", "off", &["idcard"], Personal),
            ("text", "", &["q1", "请填写联系人"], Personal),
            ("text", "", &["userName"], Personal),
            ("email", "", &["q2"], Personal),
            ("tel", "tel", &["phone", "用于接收验证码"], Personal),
            ("tel", "", &["bankCardNo"], Card),
            ("text", "cc-number", &[], Card),
            ("text", "cc-csc", &[], Secret),
            ("text", "", &["cvv"], Secret),
            ("text", "one-time-code", &["name"], Secret),
            ("password", "", &["note"], Secret),
        ];
        for (kind, autocomplete, names, privacy) in cases {
            let names: Vec<String> = names.iter().map(|name| String::from(*name)).collect();
            let field = About { kind, autocomplete, names: &names };
            assert_eq!(field.privacy(), *privacy, "{field:?}");
        }
    }
}
