//! Where a point of the map leads: to a page that this person has, or nowhere.

use std::collections::BTreeMap;

use casework::{
    ids::ReferralId,
    wire::v1::{CasePoint, ReferralRow},
};

/// The pages behind the points.
#[derive(Clone, Debug)]
pub enum WaysIn {
    /// The brigade reads the case itself.
    OfBrigade,
    /// A partner reads of its territory what the buildings show, and more through a referral. By municipality and address: a partner's referral names no case.
    OfPartner(BTreeMap<(String, String), ReferralId>),
}

impl WaysIn {
    /// From the referrals that a partner received, the latest first.
    pub fn of_partner(received: &[ReferralRow]) -> Self {
        let mut referrals = BTreeMap::new();
        for row in received {
            referrals.entry((row.municipality.clone(), row.address.clone())).or_insert(row.id);
        }
        Self::OfPartner(referrals)
    }

    /// Address of the page that says the most of a point.
    pub fn to(&self, case: &CasePoint) -> String {
        let referral = match self {
            Self::OfBrigade => None,
            Self::OfPartner(referrals) => referrals.get(&(case.municipality.clone(), case.address.clone())),
        };
        referral.map_or_else(|| format!("/bureau/dossiers/{}", case.id), |id| format!("/partenaires/{id}"))
    }
}

#[cfg(test)]
mod tests {
    use casework::{
        case::CaseStage,
        ids::CaseId,
        referral::{ReferralStage, Urgency},
    };
    use uuid::Uuid;

    use super::*;

    fn point(address: &str) -> CasePoint {
        CasePoint {
            id: CaseId(Uuid::nil()),
            number: String::new(),
            address: address.to_owned(),
            municipality: "Longueuil".to_owned(),
            borough: None,
            dwellings: 8,
            band: None,
            danger: false,
            stage: CaseStage::New,
            longitude: -73.5,
            latitude: 45.5,
        }
    }

    fn referral(id: u128, address: &str) -> ReferralRow {
        ReferralRow {
            id: ReferralId(Uuid::from_u128(id)),
            case_id: None,
            case_number: None,
            address: address.to_owned(),
            municipality: "Longueuil".to_owned(),
            from_organisation: String::new(),
            to_organisation: String::new(),
            service: String::new(),
            urgency: Urgency::Routine,
            stage: ReferralStage::Sent,
            sent_at: None,
            due_at: None,
            late: false,
            to_redirect: false,
            to_forward: false,
            answered_by: None,
            answered_at: None,
            due_soon: false,
            unread: 0,
            questions: 0,
            revision: 1,
        }
    }

    #[test]
    fn a_partner_is_led_to_its_latest_referral_then_to_the_case() {
        let ways = WaysIn::of_partner(&[referral(2, "9, rue du Calque"), referral(1, "9, rue du Calque")]);
        assert_eq!(ways.to(&point("9, rue du Calque")), format!("/partenaires/{}", Uuid::from_u128(2)));
        assert_eq!(ways.to(&point("11, rue du Calque")), format!("/bureau/dossiers/{}", Uuid::nil()));
        assert_eq!(WaysIn::OfBrigade.to(&point("9, rue du Calque")), format!("/bureau/dossiers/{}", Uuid::nil()));
    }
}
