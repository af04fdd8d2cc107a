//! The demo's directory and agreements: every body, name and number is invented (555-01xx is nobody's).

use anyhow::{Context, ensure};
use casework::{
    agreement::Agreement,
    clock::Timestamp,
    directory::{Absence, Area, Need, Opening, PostalAddress, Service, Weekday, WorkContact, read_hours},
    ids::{AgreementId, OrganisationId, ServiceId},
    permission::{Grants, OrganisationKind, Section},
    referral::Day,
};
use uuid::Uuid;

use super::{
    ids::Ids,
    people::{BROSSARD, COMMUNITY, FIRE, HEALTH, HOUSING, LONGUEUIL, POLICE, People, Who},
};
use crate::{
    clock::local_date,
    store::{self, NewAgreementVersion, NewOrganisation, NewService, Tx},
};

const PANTRY: &str = "Comptoir alimentaire des Érables (démo)";
const FURNITURE: &str = "Ressourcerie du Fleuve (démo)";
const INTERPRETERS: &str = "Banque d’interprètes de la Rive-Sud (démo)";
const SHELTER: &str = "Maison La Traverse (démo)";
const PESTS: &str = "Fonds d’aide aux traitements (démo)";

/// Bodies that are known and sent no referral.
const OTHERS: &[&str] = &[PANTRY, FURNITURE, INTERPRETERS, SHELTER, PESTS];

/// A service of the demo.
struct Plan {
    body: &'static str,
    name: &'static str,
    summary: &'static str,
    needs: &'static [Need],
    areas: &'static [Area],
    /// Monday to Friday.
    week: &'static str,
    hours_note: &'static str,
    languages: &'static [&'static str],
    eligibility: &'static str,
    telephone: &'static str,
    street: Option<(&'static str, &'static str, &'static str)>,
    public: bool,
    /// Name and role.
    pivot: Option<(&'static str, &'static str)>,
    replacement: Option<(&'static str, &'static str)>,
    /// Verified so many days ago.
    verified: Option<i64>,
}

const PLAIN: Plan = Plan {
    body: "",
    name: "",
    summary: "",
    needs: &[],
    areas: &[],
    week: "8:30-12:00, 13:00-16:30",
    hours_note: "",
    languages: &["fr", "en"],
    eligibility: "",
    telephone: "",
    street: None,
    public: true,
    pivot: None,
    replacement: None,
    verified: Some(40),
};

const SERVICES: &[Plan] = &[
    Plan {
        body: LONGUEUIL,
        name: "Inspection municipale et avis de non-conformité",
        summary: "Inspecte les logements et les immeubles, envoie les avis et suit les travaux exigés.",
        needs: &[Need::Inspection],
        areas: &[Area::Longueuil],
        telephone: "450 555-0120",
        street: Some(("4, place des Modèles", "Longueuil", "J4K 1A1")),
        pivot: Some(("Sonia Petrescu", "Chargée de dossiers, salubrité")),
        replacement: Some(("Olivier Tremblay-Diaz", "Inspecteur, salubrité")),
        ..PLAIN
    },
    Plan {
        body: BROSSARD,
        name: "Inspection municipale et avis de non-conformité",
        summary: "Inspecte les logements et les immeubles, envoie les avis et suit les travaux exigés.",
        needs: &[Need::Inspection],
        areas: &[Area::Brossard],
        telephone: "450 555-0121",
        pivot: Some(("Thanh Nguyen-Roy", "Service de l’urbanisme")),
        ..PLAIN
    },
    Plan {
        body: HEALTH,
        name: "Accompagnement psychosocial et désencombrement",
        summary: "Rencontre les personnes chez elles, les accompagne et organise l’aide au désencombrement.",
        needs: &[Need::Psychosocial, Need::Decluttering, Need::Health, Need::Seniors],
        areas: &[Area::Agglomeration],
        hours_note: "Jour et nuit, sept jours : Info-Social 811, option 2.",
        languages: &["fr", "en", "es"],
        telephone: "450 555-0122",
        pivot: Some(("Camille Ouellet", "Travailleuse sociale")),
        ..PLAIN
    },
    Plan {
        body: COMMUNITY,
        name: "Défense des droits et accompagnement au TAL",
        summary: "Informe les locataires de leurs droits, aide à écrire une mise en demeure et accompagne au Tribunal administratif du logement.",
        needs: &[Need::TenantRights, Need::Mediation, Need::Housing],
        areas: &[Area::Agglomeration],
        week: "9:00-12:00, 13:00-16:00",
        hours_note: "Sans rendez-vous le mardi après-midi.",
        languages: &["fr", "en", "es", "ar"],
        eligibility: "Locataires. Gratuit.",
        telephone: "450 555-0123",
        street: Some(("88, rue du Bail-Fictif", "Longueuil", "J4H 2B2")),
        pivot: Some(("Rosalinda Morales", "Organisatrice communautaire")),
        ..PLAIN
    },
    Plan {
        body: FIRE,
        name: "Prévention des incendies",
        summary: "Visite les immeubles, vérifie les avertisseurs et les issues, conseille sur l’encombrement.",
        needs: &[Need::FirePrevention],
        areas: &[Area::Agglomeration],
        telephone: "450 555-0124",
        pivot: Some(("Division de la prévention", "Répartition des visites")),
        verified: Some(420),
        ..PLAIN
    },
    Plan {
        body: POLICE,
        name: "Intervention communautaire",
        summary: "Accompagne les équipes lors d’une remise d’avis ou d’une visite tendue.",
        needs: &[Need::Safety],
        areas: &[Area::Agglomeration],
        telephone: "450 555-0125",
        public: false,
        pivot: Some(("Section communautaire", "Répartition")),
        ..PLAIN
    },
    Plan {
        body: HOUSING,
        name: "Service d’aide à la recherche de logement",
        summary: "Aide à trouver un logement, à visiter, à remplir une demande de logement à loyer modique.",
        needs: &[Need::Housing, Need::Relocation],
        areas: &[Area::Longueuil],
        telephone: "450 555-0126",
        eligibility: "Ménages à faible revenu ou qui perdent leur logement.",
        pivot: Some(("Accueil", "Service aux locataires")),
        ..PLAIN
    },
    Plan {
        body: PANTRY,
        name: "Dépannage alimentaire",
        summary: "Panier de denrées chaque semaine, et nourriture pour chats et chiens.",
        needs: &[Need::Food, Need::Pets],
        areas: &[Area::VieuxLongueuil, Area::SaintHubert],
        week: "13:00-16:00",
        eligibility: "Habiter Le Vieux-Longueuil ou Saint-Hubert.",
        telephone: "450 555-0127",
        street: Some(("12, rue des Érables-Fictifs", "Longueuil", "J3Y 3C3")),
        ..PLAIN
    },
    Plan {
        body: FURNITURE,
        name: "Meubles et électroménagers à petit prix",
        summary: "Lits, cuisinières et réfrigérateurs remis à neuf, livrés dans l’agglomération.",
        needs: &[Need::Furniture],
        areas: &[Area::Agglomeration],
        week: "10:00-17:00",
        telephone: "450 555-0128",
        ..PLAIN
    },
    Plan {
        body: INTERPRETERS,
        name: "Interprétation sur place ou au téléphone",
        summary: "Interprètes pour une rencontre, une visite ou une lettre, dans une trentaine de langues.",
        needs: &[Need::Interpretation, Need::Newcomers],
        areas: &[Area::Agglomeration],
        hours_note: "Réserver deux jours d’avance.",
        languages: &["fr", "en", "es", "ar", "fa", "zh", "ru", "uk", "ht", "pt", "vi", "other"],
        telephone: "450 555-0129",
        ..PLAIN
    },
    Plan {
        body: SHELTER,
        name: "Hébergement d’urgence",
        summary: "Un lit, un repas et une écoute, pour femmes et enfants.",
        needs: &[Need::Shelter, Need::Violence, Need::Families],
        areas: &[Area::Agglomeration],
        week: "0:00-24:00",
        hours_note: "Sept jours sur sept. L’adresse n’est pas publiée.",
        telephone: "450 555-0130",
        ..PLAIN
    },
    Plan {
        body: PESTS,
        name: "Aide aux traitements contre les punaises",
        summary: "Rembourse une partie de la préparation et du remplacement des matelas.",
        needs: &[Need::Pests, Need::Income],
        areas: &[Area::Brossard],
        telephone: "450 555-0131",
        eligibility: "Locataires de Brossard à faible revenu.",
        verified: None,
        ..PLAIN
    },
];

/// An agreement of the demo.
struct Terms {
    body: &'static str,
    purpose: &'static str,
    sections: &'static [Section],
    from_days_ago: i64,
    /// Days from now; negative when it is over.
    until_days: Option<i64>,
}

const AGREEMENTS: &[Terms] = &[
    Terms {
        body: HEALTH,
        purpose: "Accompagnement des ménages visités par la brigade, avec leur consentement.",
        sections: &[Section::Building, Section::Dwelling, Section::Household, Section::Psychosocial, Section::Contact],
        from_days_ago: 140,
        until_days: Some(590),
    },
    Terms {
        body: LONGUEUIL,
        purpose: "Inspection à la demande de la brigade et suivi des avis.",
        sections: &[Section::Building, Section::Dwelling, Section::Owner],
        from_days_ago: 140,
        until_days: Some(75),
    },
    Terms {
        body: COMMUNITY,
        purpose: "Défense des droits des locataires rencontrés.",
        sections: &[Section::Building, Section::Contact],
        from_days_ago: 145,
        until_days: Some(-12),
    },
    Terms { body: FIRE, purpose: "Visites de prévention.", sections: &[Section::Building, Section::Dwelling], from_days_ago: 100, until_days: None },
];

fn day(now: Timestamp, days: i64) -> anyhow::Result<Day> {
    Ok(local_date(now.plus_ms(days * Timestamp::DAY_MS)).parse()?)
}

/// Stores every service and agreement, with the bodies that only the directory knows.
pub async fn store(tx: &mut Tx, ids: &mut Ids, people: &People, before: Timestamp, now: Timestamp) -> anyhow::Result<()> {
    let mut others: Vec<(&str, OrganisationId)> = Vec::new();
    for name in OTHERS {
        let id: OrganisationId = ids.next(before);
        let new = NewOrganisation {
            id,
            name: (*name).to_owned(),
            kind: OrganisationKind::Community,
            service: String::new(),
            municipality: None,
            pivot_person: None,
            receives_referrals: false,
        };
        store::account::insert_organisation(tx, &new, before).await?;
        others.push((name, id));
    }
    let by = people.actor(Who::Coordinator)?.account.id;
    for plan in SERVICES {
        let organisation_id = match others.iter().find(|(name, _)| *name == plan.body) {
            Some((_, id)) => *id,
            None => people.organisation(plan.body)?.id,
        };
        let new = NewService {
            id: ids.next::<ServiceId>(before),
            organisation_id,
            service: service(plan, now)?.checked().with_context(|| plan.name)?,
            active: true,
            verified_on: plan.verified.map(|days| day(now, -days)).transpose()?,
            verified_by: plan.verified.map(|_| by),
            source: None,
        };
        ensure!(store::directory::insert_service(tx, &new, before).await?, "{} twice", plan.name);
    }
    for terms in AGREEMENTS {
        let at = now.plus_ms(-terms.from_days_ago * Timestamp::DAY_MS);
        let agreement_id: AgreementId = ids.next(at);
        store::agreement::insert(tx, agreement_id, people.organisation(terms.body)?.id, at).await?;
        let agreement = Agreement {
            purpose: terms.purpose.to_owned(),
            sections: Grants::of(terms.sections.iter().copied())?,
            from: day(now, -terms.from_days_ago)?,
            until: terms.until_days.map(|days| day(now, days)).transpose()?,
            notice_days: 30,
            remind_days: 60,
            terms: "Classeur des ententes (démo)".to_owned(),
            ended_on: None,
        };
        let agreement = agreement.checked().with_context(|| terms.body)?;
        let version = NewAgreementVersion { agreement_id, version: 1, form_id: ids.next::<Uuid>(at), at, by, reason: String::new(), agreement };
        ensure!(store::agreement::insert_version(tx, &version).await?, "{} twice", terms.body);
    }
    Ok(())
}

fn service(plan: &Plan, now: Timestamp) -> anyhow::Result<Service> {
    let at_work =
        |(name, role): (&str, &str)| WorkContact { name: name.to_owned(), role: role.to_owned(), telephone: plan.telephone.to_owned(), email: String::new() };
    // A shelter never closes.
    let days: &[Weekday] = if plan.week == "0:00-24:00" { Weekday::ALL } else { Weekday::ALL.get(..5).unwrap_or_default() };
    let mut hours: Vec<Opening> = Vec::new();
    for day in days {
        hours.extend(read_hours(*day, plan.week)?);
    }
    let away = plan.replacement.map(|_| anyhow::Ok(Absence { from: day(now, -3)?, to: day(now, 11)? })).transpose()?;
    Ok(Service {
        name: plan.name.to_owned(),
        summary: plan.summary.to_owned(),
        needs: plan.needs.iter().copied().collect(),
        areas: plan.areas.iter().copied().collect(),
        hours,
        hours_note: plan.hours_note.to_owned(),
        languages: plan.languages.iter().map(|code| (*code).to_owned()).collect(),
        eligibility: plan.eligibility.to_owned(),
        telephone: plan.telephone.to_owned(),
        address: plan.street.map(|(street, city, postal_code)| PostalAddress {
            street: street.to_owned(),
            city: city.to_owned(),
            postal_code: postal_code.to_owned(),
        }),
        public: plan.public,
        pivot: plan.pivot.map(at_work),
        replacement: plan.replacement.map(at_work),
        away,
        ..Service::default()
    })
}
