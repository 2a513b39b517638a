//! What a borrower does on the site.
use crate::world::World;
use anyhow::Result;

pub const NAME: &str = "欧阳晓岚";
pub const ID_CARD: &str = "11010119900307803X";
pub const PHONE: &str = "13912345678";
pub const SMS_CODE: &str = "493817";
pub const AMOUNT: &str = "12000";

/// What must never reach the receiver. The amount is left out: such a round number may stand anywhere.
pub const TYPED: [&str; 4] = [NAME, ID_CARD, PHONE, SMS_CODE];

impl World {
    /// Opens the application form and fills it in.
    pub async fn fill_application(&self) -> Result<()> {
        self.open("/apply").await?;
        for (mark, text) in
            [("input-name", NAME), ("input-idcard", ID_CARD), ("input-phone", PHONE), ("input-amount", AMOUNT)]
        {
            self.fill(mark, text).await?;
        }
        Ok(())
    }

    /// Up to the page with the SMS code.
    pub async fn go_to_verification(&self) -> Result<()> {
        self.fill_application().await?;
        self.tap("[data-t=next]").await?;
        self.see("the verification page", |look| look.url().starts_with("/verify")).await?;
        self.until("the field for the SMS code", "document.querySelector('[data-t=sms-code]') !== null").await?;
        Ok(())
    }

    /// Up to the press of the button that submits.
    pub async fn submit(&self) -> Result<()> {
        self.go_to_verification().await?;
        self.fill("sms-code", SMS_CODE).await?;
        self.tap("[data-t=submit]").await
    }
}
