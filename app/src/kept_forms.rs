//! Plain forms, sent without leaving the page: what is refused, or meets no network, stays as it was typed.
//!
//! Every form works without this. Here the page sends it, goes on as the server says when it is done, and says beside the button why it is not. A second click
//! while the first is on its way does nothing; after a lost answer the same form, with the identifiers it holds, is sent again.

use std::{rc::Rc, time::Duration};

use casework::{
    ids::AccountId,
    wire::v1::{ErrorCode, FormAnswer, KEPT_FORM, SessionView},
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, Event, HtmlElement, HtmlFormElement, HtmlInputElement};

use crate::{
    document::PageContext,
    gateway::http::{self, Body, FetchError},
    texts::{Locale, Text, common, errors},
};

const TIMEOUT: Duration = Duration::from_secs(20);
/// Says that a form is on its way.
const SENDING: &str = "data-sending";
/// Marks what is said beside a button.
const SAID: &str = "data-said";

/// Whose page it is.
struct Keeper {
    locale: Locale,
    account_id: Option<AccountId>,
}

/// What to say of a form that did not go through.
enum Trouble {
    Refused {
        code: String,
        message: String,
    },
    /// There is nobody signed in any more.
    SignedOut,
}

/// Sends the signed-in forms of this page from now on.
pub fn watch(page: &PageContext) {
    let keeper = Rc::new(Keeper { locale: page.locale, account_id: page.account.as_ref().map(|account| account.id) });
    let Some(document) = document() else { return };
    let on_submit = Closure::<dyn Fn(Event)>::new(move |event: Event| {
        let Some(form) = event.target().and_then(|target| target.dyn_into::<HtmlFormElement>().ok()).filter(|form| is_kept(&event, form)) else { return };
        event.prevent_default();
        if form.has_attribute(SENDING) {
            return;
        }
        // Before anything waits: a double click is two of these events in a row.
        drop(form.set_attribute(SENDING, ""));
        let pressed = js_sys::Reflect::get(&event, &"submitter".into()).ok().and_then(|button| button.dyn_into::<HtmlElement>().ok());
        let keeper = Rc::clone(&keeper);
        wasm_bindgen_futures::spawn_local(async move { keeper.carry(&form, pressed.as_ref()).await });
    });
    drop(document.add_event_listener_with_callback("submit", on_submit.as_ref().unchecked_ref()));
    // Lives as long as the page.
    on_submit.forget();
    // A page that the browser had put aside comes back as it was left: what was on its way has arrived or is lost.
    let on_return = Closure::<dyn Fn()>::new(|| {
        for form in elements(&format!("form[{SENDING}]")) {
            drop(form.remove_attribute(SENDING));
        }
    });
    if let Some(window) = web_sys::window() {
        drop(window.add_event_listener_with_callback("pageshow", on_return.as_ref().unchecked_ref()));
    }
    on_return.forget();
}

/// A form of a session, without files, that nobody else took over.
fn is_kept(event: &Event, form: &HtmlFormElement) -> bool {
    let has = |name: &str, value: &str| form.get_attribute(name).is_some_and(|given| given.eq_ignore_ascii_case(value));
    !event.default_prevented() && has("method", "post") && !has("enctype", "multipart/form-data") && csrf_of(form).is_some_and(|csrf| !csrf.value().is_empty())
}

fn csrf_of(form: &HtmlFormElement) -> Option<HtmlInputElement> {
    form.query_selector("input[name=csrf]").ok()??.dyn_into().ok()
}

impl Keeper {
    async fn carry(&self, form: &HtmlFormElement, pressed: Option<&HtmlElement>) {
        match self.send(form, pressed, true).await {
            Ok(location) => {
                // Until the next page is there, the form stays on its way.
                if let Some(window) = web_sys::window() {
                    drop(window.location().assign(&location));
                }
            }
            Err(trouble) => {
                drop(form.remove_attribute(SENDING));
                self.say(form, pressed, &trouble);
            }
        }
    }

    async fn send(&self, form: &HtmlFormElement, pressed: Option<&HtmlElement>, may_renew: bool) -> Result<String, Trouble> {
        let of_button = |name: &str| pressed.and_then(|button| button.get_attribute(name));
        let action = of_button("formaction").or_else(|| form.get_attribute("action")).unwrap_or_default();
        let body = encoded(form, of_button("name").zip(Some(of_button("value").unwrap_or_default())));
        let answer = async {
            let response = http::send("POST", &action, &[(KEPT_FORM, "1")], Body::Form(body), TIMEOUT).await?;
            http::json::<FormAnswer>(&response).await
        };
        let answer = answer.await.map_err(|error| self.trouble(error))?;
        match answer.refused {
            // To sign in and come back: nobody was there to do it. Who signs out goes to sign in as well, and comes back to nothing.
            None if answer.location.starts_with("/connexion?next=") => Err(Trouble::SignedOut),
            None => Ok(answer.location),
            // Signed in again in another tab: the form is still of the same person, and says so.
            Some(refused) if may_renew && refused.code == ErrorCode::ForgedRequest.code() => {
                self.renew().await?;
                Box::pin(self.send(form, pressed, false)).await
            }
            Some(refused) => Err(Trouble::Refused { code: refused.code, message: refused.message }),
        }
    }

    /// Takes over the hidden field of the session that is open now, if it is the same person’s.
    async fn renew(&self) -> Result<(), Trouble> {
        let session = http::get::<SessionView>("/api/v1/session", TIMEOUT).await.map_err(|error| self.trouble(error))?;
        if Some(session.account.id) != self.account_id {
            return Err(self.refusal(ErrorCode::OtherAccount));
        }
        for field in elements("input[name=csrf]") {
            if let Ok(field) = field.dyn_into::<HtmlInputElement>() {
                field.set_value(&session.csrf);
            }
        }
        Ok(())
    }

    fn trouble(&self, error: FetchError) -> Trouble {
        match error {
            FetchError::Refused(error) if error.code == ErrorCode::SignInRequired.code() => Trouble::SignedOut,
            FetchError::Refused(error) => match ErrorCode::from_code(&error.code) {
                Some(code) => self.refusal(code),
                None => Trouble::Refused { code: error.code, message: error.message },
            },
            FetchError::Unreachable => Trouble::Refused { code: "network".to_owned(), message: common::FORM_NETWORK.get(self.locale).to_owned() },
        }
    }

    fn refusal(&self, code: ErrorCode) -> Trouble {
        Trouble::Refused { code: code.code().to_owned(), message: errors::of(code).get(self.locale).to_owned() }
    }

    /// Beside the button, and nowhere else on the page.
    fn say(&self, form: &HtmlFormElement, pressed: Option<&HtmlElement>, trouble: &Trouble) {
        let (code, message) = match trouble {
            Trouble::Refused { code, message } => (code.as_str(), message.as_str()),
            Trouble::SignedOut => (ErrorCode::SignInRequired.code(), common::FORM_SIGNED_OUT.get(self.locale)),
        };
        for said in elements(&format!("[data-testid=flash], [{SAID}]")) {
            said.remove();
        }
        let Some(notice) = self.notice(code, message, matches!(trouble, Trouble::SignedOut)) else { return };
        // A button may stand outside its form.
        let beside = pressed.filter(|button| form.contains(Some(button.as_ref())));
        let added = match beside.and_then(|button| Some((button.parent_node()?, button))) {
            Some((parent, button)) => parent.insert_before(&notice, Some(button.as_ref())),
            None => form.append_child(&notice),
        };
        drop(added);
    }

    fn notice(&self, code: &str, message: &str, signed_out: bool) -> Option<Element> {
        let document = document()?;
        let notice = document.create_element("div").ok()?;
        notice.set_class_name("notice notice--error");
        for (name, value) in [("role", "alert"), ("data-testid", "flash"), ("data-code", code), (SAID, "")] {
            notice.set_attribute(name, value).ok()?;
        }
        let paragraph = document.create_element("p").ok()?;
        paragraph.set_text_content(Some(message));
        notice.append_child(&paragraph).ok()?;
        if signed_out {
            let link = link(&document, "/connexion", common::FORM_SIGN_IN_APART, self.locale)?;
            notice.append_child(&link).ok()?;
        }
        Some(notice)
    }
}

fn link(document: &Document, address: &str, text: Text, locale: Locale) -> Option<Element> {
    let link = document.create_element("a").ok()?;
    link.set_attribute("href", address).ok()?;
    link.set_attribute("target", "_blank").ok()?;
    link.set_attribute("rel", "noopener external").ok()?;
    link.set_text_content(Some(text.get(locale)));
    Some(link)
}

/// What the form says, as `application/x-www-form-urlencoded`, with the button that was pressed when it has a name.
fn encoded(form: &HtmlFormElement, pressed: Option<(String, String)>) -> String {
    let encode = |text: &str| String::from(js_sys::encode_uri_component(text));
    let mut pairs = Vec::new();
    if let Ok(data) = web_sys::FormData::new_with_form(form)
        && let Ok(Some(entries)) = js_sys::try_iter(&data)
    {
        for entry in entries.flatten() {
            let entry = js_sys::Array::from(&entry);
            if let (Some(name), Some(value)) = (entry.get(0).as_string(), entry.get(1).as_string()) {
                pairs.push(format!("{}={}", encode(&name), encode(&value)));
            }
        }
    }
    pairs.extend(pressed.map(|(name, value)| format!("{}={}", encode(&name), encode(&value))));
    pairs.join("&")
}

fn document() -> Option<Document> {
    web_sys::window()?.document()
}

fn elements(selector: &str) -> Vec<Element> {
    let Some(found) = document().and_then(|document| document.query_selector_all(selector).ok()) else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}
