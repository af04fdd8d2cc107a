use casework::{
    clock::Timestamp,
    ids::DeviceId,
    wire::v1::{DeviceRevocation, DeviceRow, REASON_LEFT},
};
use leptos::prelude::*;

use crate::{
    texts::{self, Locale, devices},
    ui::{ClockSkew, CsrfField, Moment},
};

/// Letters of a phone's id that tell it from the others of the same person.
const CODE_CHARS: usize = 6;

/// Phones, one a row, with what each holds; cards where there is no room.
#[component]
pub fn DeviceTable(
    /// In the order to show.
    rows: Vec<DeviceRow>,
    /// When they were read.
    now: Timestamp,
    /// What the table holds, for its caption.
    caption: String,
    /// Token of the session.
    csrf: String,
    /// Language of the words.
    locale: Locale,
) -> impl IntoView {
    let lines = rows.into_iter().map(|row| device_line(row, now, &csrf, locale)).collect_view();
    view! {
        <table class="table table--stack device-table">
            <caption class="visually-hidden">{caption}</caption>
            <thead>
                <tr>
                    <th scope="col">{devices::COLUMN_HOLDER.get(locale)}</th>
                    <th scope="col">{devices::COLUMN_UNSENT.get(locale)}</th>
                    <th scope="col">{devices::COLUMN_CONTACT.get(locale)}</th>
                    <th scope="col">{devices::COLUMN_CLOCK.get(locale)}</th>
                    <th scope="col">{devices::COLUMN_ACTS.get(locale)}</th>
                </tr>
            </thead>
            <tbody>{lines}</tbody>
        </table>
    }
}

/// The end of an id: its beginning is a moment, the same for phones set up together.
pub(super) fn code_of(id: DeviceId) -> String {
    let id = id.to_string();
    id.get(id.len().saturating_sub(CODE_CHARS)..).unwrap_or_default().to_uppercase()
}

/// `il y a 3 heures`.
fn ago(at: Timestamp, now: Timestamp, locale: Locale) -> String {
    let passed_ms = now.since(at);
    if passed_ms < Timestamp::MINUTE_MS {
        return devices::JUST_NOW.get(locale).to_owned();
    }
    texts::fill(devices::AGO.get(locale), &[("duration", &devices::duration(passed_ms, locale))])
}

fn device_line(row: DeviceRow, now: Timestamp, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let state = match (&row.revoked, row.has_unsent()) {
        (Some(_), _) => "revoked",
        (None, true) => "waiting",
        (None, false) => "quiet",
    };
    let code = texts::fill(devices::DEVICE_CODE.get(locale), &[("code", &code_of(row.device_id))]);
    let build = texts::fill(devices::BUILD.get(locale), &[("build", &row.build)]);
    let clock = if devices::clock_skew(row.clock_skew_ms, locale).is_some() {
        view! { <ClockSkew skew_ms=row.clock_skew_ms locale=locale /> }.into_any()
    } else {
        devices::CLOCK_RIGHT.get(locale).into_any()
    };
    let acts = match &row.revoked {
        Some(revocation) => revoked_note(revocation, row.last_contact_at, locale).into_any(),
        None => revocation_form(&row, csrf, locale).into_any(),
    };
    view! {
        <tr data-testid="device-row" data-id=row.device_id.to_string() data-state=state>
            <th scope="row">
                <span class="stack stack--tight">
                    <strong>{row.holder.clone()}</strong>
                    <span class="muted small">{code}</span>
                    <span class="muted small">{build}</span>
                </span>
            </th>
            <td data-label=devices::COLUMN_UNSENT.get(locale)>{unsent_cell(&row, now, locale)}</td>
            <td data-label=devices::COLUMN_CONTACT.get(locale)>
                <span class="stack stack--tight">
                    <span>{ago(row.last_contact_at, now, locale)}</span>
                    <span class="muted small"><Moment at=row.last_contact_at locale=locale /></span>
                </span>
            </td>
            <td data-label=devices::COLUMN_CLOCK.get(locale)>{clock}</td>
            <td class="device-table__acts">{acts}</td>
        </tr>
    }
}

fn unsent_cell(row: &DeviceRow, now: Timestamp, locale: Locale) -> AnyView {
    let Some(words) = devices::unsent(row.unsent_events, row.unsent_photos, locale) else { return devices::NOTHING_UNSENT.get(locale).into_any() };
    let since = row.oldest_unsent_at.map(|oldest| {
        let duration = devices::duration(now.since(oldest).max(0), locale);
        let words = texts::fill(devices::SINCE.get(locale), &[("duration", &duration)]);
        view! {
            <span class="small" data-testid="device-since">{words}</span>
            <span class="muted small"><Moment at=oldest locale=locale /></span>
        }
    });
    view! {
        <span class="stack stack--tight">
            <strong>{words}</strong>
            {since}
        </span>
    }
    .into_any()
}

fn revoked_note(revocation: &DeviceRevocation, last_contact_at: Timestamp, locale: Locale) -> impl IntoView + use<> {
    let reason = if revocation.reason == REASON_LEFT { devices::REASON_LEFT.get(locale) } else { revocation.reason.as_str() };
    let by = texts::fill(devices::REVOKED_BY.get(locale), &[("name", &revocation.by), ("reason", reason)]);
    let since = if last_contact_at > revocation.at { devices::REVOKED_TOLD } else { devices::REVOKED_SILENT };
    view! {
        <span class="stack stack--tight">
            <span class="badge badge--danger">{devices::REVOKED.get(locale)}</span>
            <span class="small">{by}</span>
            <span class="muted small"><Moment at=revocation.at locale=locale /></span>
            <span class="muted small">{since.get(locale)}</span>
        </span>
    }
}

/// Opened to be read before it is sent: what is lost, why, and that it cannot be undone.
fn revocation_form(row: &DeviceRow, csrf: &str, locale: Locale) -> impl IntoView + use<> {
    let label = texts::fill(devices::REVOKE_OF.get(locale), &[("name", &row.holder)]);
    let loss = devices::unsent(row.unsent_events, row.unsent_photos, locale).map(|unsent| {
        let words = texts::fill(devices::REVOKE_LOSS.get(locale), &[("unsent", &unsent)]);
        view! { <p class="notice notice--danger">{words}</p> }
    });
    view! {
        <details class="disclosure disclosure--danger">
            <summary aria-label=label data-testid="device-revoke">{devices::REVOKE.get(locale)}</summary>
            <form class="disclosure__body form" method="post" action=format!("/bureau/appareils/{}/revocation", row.device_id)>
                <CsrfField csrf=csrf.to_owned() />
                <p>{devices::REVOKE_WARNING.get(locale)}</p>
                {loss}
                <label class="form-field">
                    <span class="form-field__label">{devices::REVOKE_REASON.get(locale)}</span>
                    <textarea name="reason" required maxlength="500" rows="2"></textarea>
                </label>
                <label class="choice">
                    <input type="checkbox" name="confirmed" value="true" required />
                    <span>{devices::REVOKE_CONFIRM.get(locale)}</span>
                </label>
                <button class="button button--danger" type="submit">{devices::REVOKE_SUBMIT.get(locale)}</button>
            </form>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_just_happened_is_not_counted() {
        let now = Timestamp(10 * Timestamp::DAY_MS);
        assert_eq!(ago(now, now, Locale::Fr), "à l’instant");
        assert_eq!(ago(now.plus_ms(-3 * Timestamp::HOUR_MS), now, Locale::Fr), "il y a 3\u{a0}heures");
        assert_eq!(ago(now.plus_ms(-Timestamp::DAY_MS), now, Locale::En), "1\u{a0}day ago");
        assert_eq!(ago(now.plus_ms(Timestamp::DAY_MS), now, Locale::Fr), "à l’instant", "never in the future");
    }
}
