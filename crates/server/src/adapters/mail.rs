//! Outgoing mail: `.eml` files in a folder, or an SMTP server.

use crate::config::{Config, MailKind, MailSecurity};
use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, header::ContentType},
    transport::smtp::authentication::Credentials,
};
use secrecy::ExposeSecret;
use std::path::PathBuf;

/// Where mail goes.
pub enum Mail {
    /// Files.
    Folder {
        /// The folder; made when the first mail is written.
        folder: PathBuf,
        /// Who sends.
        from: Mailbox,
    },
    /// A server.
    Smtp {
        /// The connection pool.
        transport: Box<AsyncSmtpTransport<Tokio1Executor>>,
        /// Who sends.
        from: Mailbox,
    },
}

/// One mail to one person.
pub struct Letter {
    /// The person's name.
    pub name: String,
    /// The person's address.
    pub address: String,
    /// The subject.
    pub subject: String,
    /// The text; plain.
    pub text: String,
}

/// The mail could not be written or sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// Not an address that mail can go to.
    #[error("not a mail address")]
    Address(#[source] lettre::address::AddressError),
    /// The letter could not be put together.
    #[error("the mail could not be put together")]
    Letter(#[source] lettre::error::Error),
    /// The folder cannot be written.
    #[error("the mail folder cannot be written")]
    Folder(#[source] std::io::Error),
    /// The file could not be written.
    #[error("the mail could not be written")]
    File(#[source] lettre::transport::file::Error),
    /// The server refused or is not there.
    #[error("the mail server did not take the mail{}", status(.0))]
    Smtp(#[source] lettre::transport::smtp::Error),
}

/// The server's code. Its words stay out of the log: they can name the person.
fn status(e: &lettre::transport::smtp::Error) -> String {
    e.status().map(|code| format!(" (status {code})")).unwrap_or_default()
}

impl Mail {
    /// Takes the way out that the configuration names.
    pub fn new(config: &Config) -> anyhow::Result<Mail> {
        let mail = &config.mail;
        let from: Mailbox = mail.from.parse().map_err(|e| anyhow::anyhow!("configuration: mail.from: {e}"))?;
        if mail.kind == MailKind::Folder {
            return Ok(Mail::Folder { folder: config.mail_folder(), from });
        }
        type Smtp = AsyncSmtpTransport<Tokio1Executor>;
        let mut builder = match mail.security {
            MailSecurity::Starttls => Smtp::starttls_relay(&mail.host)?,
            MailSecurity::Tls => Smtp::relay(&mail.host)?,
            MailSecurity::None => Smtp::builder_dangerous(&mail.host),
        }
        .port(mail.port);
        if !mail.username.is_empty() {
            builder =
                builder.credentials(Credentials::new(mail.username.clone(), mail.password.expose_secret().to_owned()));
        }
        Ok(Mail::Smtp { transport: Box::new(builder.build()), from })
    }

    /// Sends one letter; done when the file is written or the server took it.
    pub async fn send(&self, letter: Letter) -> Result<(), MailError> {
        let from = match self {
            Mail::Folder { from, .. } | Mail::Smtp { from, .. } => from.clone(),
        };
        let message = Message::builder()
            .from(from)
            .to(Mailbox::new(Some(letter.name), letter.address.parse().map_err(MailError::Address)?))
            .subject(letter.subject)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text)
            .map_err(MailError::Letter)?;
        match self {
            Mail::Folder { folder, .. } => {
                tokio::fs::create_dir_all(folder).await.map_err(MailError::Folder)?;
                AsyncFileTransport::<Tokio1Executor>::new(folder).send(message).await.map_err(MailError::File)?;
            }
            Mail::Smtp { transport, .. } => {
                transport.send(message).await.map_err(MailError::Smtp)?;
            }
        }
        Ok(())
    }
}

/// Whether mail can be addressed to this text.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}
