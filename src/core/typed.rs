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
const SECRETS: [&str; 21] = [
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
    "cardno",
    "cardnum",
    "card-num",
    "密码",
    "验证码",
    "卡号",
    "安全码",
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

/// Passwords, one-time codes and payment cards: never kept.
pub fn is_secret(field: &About) -> bool {
    let purpose = field.autocomplete.to_ascii_lowercase();
    let secret = |token: &str| {
        matches!(token, "one-time-code" | "current-password" | "new-password") || token.starts_with("cc-")
    };
    // What it says of its purpose outweighs its words: the field of a telephone number says that it is for a code.
    let told = purpose.split(' ').any(|token| !matches!(token, "" | "on" | "off"));
    matches!(field.kind, "password" | "hidden" | "file")
        || purpose.split(' ').any(secret)
        || !told && field.names.iter().any(|name| names_secret(&name.to_ascii_lowercase()))
}

fn names_secret(name: &str) -> bool {
    name == "pin" || SECRETS.iter().any(|word| name.contains(word))
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
}
