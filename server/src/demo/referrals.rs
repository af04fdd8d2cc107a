//! The demo's referrals, in every stage.

use casework::{
    permission::Section,
    referral::Urgency::{self, Routine, Soon, Urgent},
};

use super::{
    people::{
        BROSSARD, COMMUNITY, FIRE, HEALTH, HOUSING, LONGUEUIL, POLICE,
        Who::{self, Brossard, Community, Health, Longueuil},
    },
    when::{When, day, minutes},
};

/// One thing done to a referral after it was drafted.
#[derive(Clone, Copy, Debug)]
pub enum Turn {
    /// An answer being due so many days later.
    Send {
        due_days: i64,
    },
    /// Planned so many days later, when a day was said.
    Accept(Who, Option<i64>),
    Decline(Who, &'static str),
    Begin(Who),
    Hold(Who, &'static str),
    Complete(Who, &'static str),
    Withdraw(&'static str),
    Expire,
}

/// A referral to come.
#[derive(Clone, Copy, Debug)]
pub struct ReferralPlan {
    /// Place of the building in the table of buildings.
    pub lot: usize,
    /// Name of the recipient.
    pub to: &'static str,
    pub urgency: Urgency,
    pub sections: &'static [Section],
    pub reason: &'static str,
    pub drafted: When,
    pub turns: &'static [(When, Turn)],
}

const BUILDING: &[Section] = &[Section::Building];
const DWELLINGS: &[Section] = &[Section::Building, Section::Dwelling];

const fn refer(
    lot: usize,
    to: &'static str,
    urgency: Urgency,
    sections: &'static [Section],
    reason: &'static str,
    drafted: When,
    turns: &'static [(When, Turn)],
) -> ReferralPlan {
    ReferralPlan { lot, to, urgency, sections, reason, drafted, turns }
}

use Turn::{Accept, Begin, Complete, Decline, Expire, Hold, Send, Withdraw};

const fn sent(due_days: i64) -> Turn {
    Send { due_days }
}

/// Every referral.
pub const REFERRALS: &[ReferralPlan] = &[
    // Completed.
    refer(
        0,
        LONGUEUIL,
        Soon,
        DWELLINGS,
        "Moisissure dans deux logements du même mur : vérifier l’enveloppe et la gouttière.",
        day(111, 14, 10),
        &[
            (day(111, 14, 12), sent(10)),
            (day(108, 9, 30), Accept(Longueuil, Some(4))),
            (day(104, 10, 0), Begin(Longueuil)),
            (day(72, 15, 0), Complete(Longueuil, "Avis de non-conformité, puis travaux terminés et vérifiés sur place.")),
        ],
    ),
    refer(
        2,
        HEALTH,
        Soon,
        BUILDING,
        "Préparation au traitement impossible sans aide : accompagnement du ménage demandé.",
        day(90, 11, 0),
        &[
            (day(90, 11, 5), sent(7)),
            (day(88, 13, 30), Accept(Health, Some(3))),
            (day(85, 9, 0), Begin(Health)),
            (day(43, 16, 0), Complete(Health, "Suivi terminé : le ménage est relogé et accompagné par son CLSC.")),
        ],
    ),
    refer(
        5,
        LONGUEUIL,
        Urgent,
        DWELLINGS,
        "Propriétaire sans réponse depuis 75 jours, garde-corps lâche et fuite entre logements.",
        day(74, 9, 50),
        &[
            (day(74, 9, 55), sent(5)),
            (day(71, 10, 40), Accept(Longueuil, Some(2))),
            (day(66, 9, 0), Begin(Longueuil)),
            (day(24, 11, 20), Complete(Longueuil, "Deux avis puis constats d’infraction ; le garde-corps a été sécurisé d’office.")),
        ],
    ),
    refer(
        7,
        COMMUNITY,
        Routine,
        BUILDING,
        "Ménage qui veut rester pendant les travaux : accompagnement dans ses démarches.",
        day(68, 10, 0),
        &[
            (day(68, 10, 5), sent(14)),
            (day(66, 14, 0), Accept(Community, None)),
            (day(21, 10, 30), Complete(Community, "Entente écrite avec le propriétaire : bail maintenu, travaux par étapes.")),
        ],
    ),
    // Withdrawn.
    refer(
        5,
        POLICE,
        Routine,
        BUILDING,
        "Présence demandée lors de la remise d’un avis.",
        day(73, 9, 0),
        &[(day(73, 9, 5), sent(7)), (day(70, 9, 0), Withdraw("La remise s’est faite sans difficulté."))],
    ),
    refer(
        1,
        BROSSARD,
        Soon,
        BUILDING,
        "Local à déchets infesté, gestion des bacs à revoir.",
        day(98, 15, 40),
        &[
            (day(98, 15, 45), sent(10)),
            (day(95, 9, 20), Accept(Brossard, None)),
            (day(90, 13, 0), Withdraw("Le gestionnaire a refait le local ; une nouvelle référence suivra au besoin.")),
        ],
    ),
    // Expired.
    refer(
        2,
        HOUSING,
        Soon,
        BUILDING,
        "Recherche d’un logement de transition pour un ménage.",
        day(95, 11, 0),
        &[(day(95, 11, 5), sent(14)), (day(81, 11, 6), Expire)],
    ),
    refer(
        11,
        FIRE,
        Urgent,
        DWELLINGS,
        "Sortie bloquée et éclairage absent dans l’escalier arrière.",
        day(36, 10, 30),
        &[(day(36, 10, 35), sent(5)), (day(31, 10, 36), Expire)],
    ),
    // Declined.
    refer(
        1,
        HEALTH,
        Routine,
        BUILDING,
        "Soutien pour la préparation des logements au traitement.",
        day(99, 10, 0),
        &[(day(99, 10, 5), sent(10)), (day(95, 11, 0), Decline(Health, "Service offert par l’exterminateur du propriétaire dans ce dossier."))],
    ),
    refer(
        8,
        LONGUEUIL,
        Routine,
        BUILDING,
        "Moisissure récurrente : inspection de la toiture demandée.",
        day(48, 9, 0),
        &[(day(48, 9, 5), sent(10)), (day(46, 15, 30), Decline(Longueuil, "Une requête 311 est déjà traitée pour cette adresse."))],
    ),
    refer(
        3,
        COMMUNITY,
        Routine,
        BUILDING,
        "Rencontre d’information des locataires sur leurs recours.",
        day(22, 13, 0),
        &[(day(22, 13, 5), sent(7)), (day(20, 9, 40), Decline(Community, "Aucune disponibilité avant six semaines ; le dépliant a été remis."))],
    ),
    // On hold.
    refer(
        9,
        BROSSARD,
        Soon,
        DWELLINGS,
        "Blattes dans trois logements : traitement de tout l’immeuble à exiger.",
        day(44, 10, 0),
        &[
            (day(44, 10, 5), sent(10)),
            (day(41, 9, 30), Accept(Brossard, Some(3))),
            (day(38, 9, 0), Begin(Brossard)),
            (day(16, 14, 20), Hold(Brossard, "Accès reporté par le gestionnaire : nouvel avis d’inspection envoyé.")),
        ],
    ),
    refer(
        8,
        COMMUNITY,
        Routine,
        BUILDING,
        "Accompagnement pour une mise en demeure collective.",
        day(45, 10, 0),
        &[
            (day(45, 10, 2), sent(14)),
            (day(43, 13, 0), Accept(Community, None)),
            (day(30, 10, 0), Hold(Community, "En attente de la décision des locataires.")),
        ],
    ),
    // In progress.
    refer(
        14,
        HEALTH,
        Urgent,
        BUILDING,
        "Encombrement important, évacuation difficile : accompagnement au désencombrement.",
        day(31, 9, 30),
        &[(day(31, 9, 35), sent(5)), (day(29, 10, 0), Accept(Health, Some(2))), (day(27, 13, 0), Begin(Health))],
    ),
    refer(
        15,
        COMMUNITY,
        Soon,
        BUILDING,
        "Chauffage insuffisant : démarche au Tribunal administratif du logement.",
        day(17, 9, 0),
        &[(day(17, 9, 5), sent(7)), (day(15, 11, 0), Accept(Community, Some(3))), (day(12, 10, 0), Begin(Community))],
    ),
    refer(
        3,
        LONGUEUIL,
        Soon,
        BUILDING,
        "Malpropreté et déchets dans la cour : inspection demandée.",
        day(19, 10, 10),
        &[(day(19, 10, 15), sent(10)), (day(17, 14, 0), Accept(Longueuil, Some(6))), (day(11, 9, 0), Begin(Longueuil))],
    ),
    refer(
        10,
        LONGUEUIL,
        Soon,
        DWELLINGS,
        "Infiltration revenue après réparation de la membrane.",
        day(8, 11, 0),
        &[(day(8, 11, 5), sent(10)), (day(6, 9, 15), Accept(Longueuil, Some(3))), (day(3, 10, 0), Begin(Longueuil))],
    ),
    refer(
        23,
        LONGUEUIL,
        Urgent,
        DWELLINGS,
        "Refoulement d’égout dans une chambre : inspection le jour même.",
        minutes(1_502),
        &[(minutes(1_500), sent(1)), (minutes(1_470), Accept(Longueuil, Some(0))), (minutes(1_425), Begin(Longueuil))],
    ),
    // Accepted.
    refer(
        11,
        LONGUEUIL,
        Soon,
        DWELLINGS,
        "Portes coupe-feu bloquées et éclairage absent dans une voie d’issue.",
        day(33, 11, 5),
        &[(day(33, 11, 10), sent(10)), (day(30, 9, 45), Accept(Longueuil, Some(37)))],
    ),
    refer(
        14,
        BROSSARD,
        Routine,
        BUILDING,
        "Vérifier le passage minimal vers la sortie après le désencombrement.",
        day(26, 14, 0),
        &[(day(26, 14, 5), sent(14)), (day(22, 10, 0), Accept(Brossard, Some(30)))],
    ),
    refer(
        13,
        COMMUNITY,
        Soon,
        BUILDING,
        "Locataires visés par un non-renouvellement : information sur leurs droits.",
        day(15, 10, 0),
        &[(day(15, 10, 5), sent(7)), (day(12, 15, 0), Accept(Community, Some(16)))],
    ),
    refer(
        6,
        BROSSARD,
        Urgent,
        DWELLINGS,
        "Refoulement de monoxyde de carbone : interdire l’appareil et suivre sa réparation.",
        minutes(272),
        &[(minutes(270), sent(1)), (minutes(238), Accept(Brossard, Some(0)))],
    ),
    // Sent, awaiting an answer; the last two are late.
    refer(16, HEALTH, Routine, BUILDING, "Ménage isolé qui demande du soutien avant le traitement.", day(3, 10, 20), &[(day(3, 10, 25), sent(10))]),
    refer(13, LONGUEUIL, Soon, DWELLINGS, "Aires communes dégradées, porte d’entrée sans serrure.", day(4, 9, 0), &[(day(4, 9, 5), sent(10))]),
    refer(22, BROSSARD, Routine, DWELLINGS, "Réparation annoncée par le gestionnaire : vérification demandée.", day(2, 13, 30), &[(day(2, 13, 35), sent(14))]),
    refer(21, FIRE, Urgent, DWELLINGS, "Aucun avertisseur de fumée fonctionnel dans un logement occupé.", minutes(7), &[(minutes(6), sent(1))]),
    refer(15, LONGUEUIL, Urgent, DWELLINGS, "Logements sous 18 °C, chauffage d’appoint dangereux.", day(13, 14, 5), &[(day(13, 14, 10), sent(10))]),
    refer(
        9,
        HOUSING,
        Routine,
        BUILDING,
        "Possibilités de relogement pour deux ménages pendant le traitement.",
        day(20, 14, 10),
        &[(day(20, 14, 15), sent(14))],
    ),
    // Drafts.
    refer(19, LONGUEUIL, Soon, DWELLINGS, "Toiture qui coule dans deux logements : inspection de l’enveloppe.", day(2, 16, 0), &[]),
    refer(20, LONGUEUIL, Routine, BUILDING, "Réparations de plomberie à vérifier.", day(1, 15, 30), &[]),
];
