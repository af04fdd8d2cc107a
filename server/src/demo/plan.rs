//! The demo's cases: one visit each, then what the brigade, the cell and its partners did.

use casework::{case::CaseOutcome, escalation::EscalationOutcome};

use super::{
    findings::{self, Finding},
    people::Who,
    visits::{Call, VisitPlan},
    when::{When, day, minutes},
};

/// One thing done to a case or to its escalation.
#[derive(Clone, Copy, Debug)]
pub enum Step {
    Assign(Who),
    Start,
    Wait,
    Monitor,
    Close(CaseOutcome, &'static str),
    Reopen(&'static str),
    Comment(Who, &'static str),
    Acknowledge,
    Dispatch(&'static str),
    Arrive,
    Stabilise(EscalationOutcome),
    StandDown(&'static str),
    /// A note in the cell's log.
    Log(Who, &'static str),
}

/// A case to come.
#[derive(Clone, Copy, Debug)]
pub struct CasePlan {
    pub visit: VisitPlan,
    pub steps: &'static [(When, Step)],
}

const fn case(lot: usize, at: When, findings: &'static [Finding], household: &'static [Finding], steps: &'static [(When, Step)]) -> CasePlan {
    CasePlan { visit: VisitPlan { lot, at, findings, household, call: None, finished: true }, steps }
}

impl CasePlan {
    const fn called(self, reason: &'static str, called_911: bool) -> Self {
        Self { visit: VisitPlan { call: Some(Call { reason, called_911 }), ..self.visit }, ..self }
    }
}

use CaseOutcome::{Corrected, KeptInPlace, OwnerFailure, PartlyCorrected, Relocated, Unfounded};
use Step::{Acknowledge, Arrive, Assign, Close, Comment, Dispatch, Log, Monitor, Reopen, Stabilise, StandDown, Start, Wait};
use Who::{Coordinator, Dispatcher, Inspector, Psychosocial};

/// Every case, oldest visit first.
pub const CASES: &[CasePlan] = &[
    case(
        0,
        day(120, 9, 40),
        findings::MOULD,
        findings::TELLS_FAMILY,
        &[
            (day(119, 10, 5), Assign(Inspector)),
            (day(118, 9, 0), Start),
            (day(111, 14, 20), Wait),
            (day(70, 11, 0), Start),
            (day(62, 15, 30), Monitor),
            (day(35, 10, 15), Comment(Inspector, "Contre-visite faite : gouttière remplacée, murs refaits et secs dans les deux logements.")),
            (day(34, 9, 45), Close(Corrected, "Travaux constatés lors de la contre-visite, aucun nouveau cerne après six semaines.")),
        ],
    ),
    case(
        1,
        day(104, 13, 10),
        findings::COCKROACHES,
        findings::TELLS_LITTLE,
        &[
            (day(103, 9, 20), Assign(Inspector)),
            (day(102, 8, 50), Start),
            (day(98, 16, 0), Wait),
            (day(60, 10, 30), Monitor),
            (day(28, 13, 40), Close(PartlyCorrected, "Immeuble traité au complet ; le local à déchets reste à refaire, suivi par la Ville.")),
        ],
    ),
    case(
        2,
        day(97, 10, 0),
        findings::BEDBUGS,
        findings::TELLS_OLDER,
        &[
            (day(96, 9, 30), Assign(Psychosocial)),
            (day(95, 9, 0), Start),
            (day(90, 11, 15), Wait),
            (day(41, 14, 0), Close(Relocated, "Ménage relogé avec son accord ; le logement sera traité vide.")),
        ],
    ),
    case(
        5,
        day(83, 14, 30),
        findings::OWNER_AWAY,
        findings::TELLS_NOTICE,
        &[
            (day(82, 9, 10), Assign(Inspector)),
            (day(81, 9, 0), Start),
            (day(74, 10, 0), Wait),
            (day(22, 16, 10), Close(OwnerFailure, "Aucune correction après deux avis : constats d’infraction émis par la Ville.")),
        ],
    ),
    case(
        7,
        day(71, 9, 15),
        findings::FOUR_DWELLINGS,
        findings::TELLS_LITTLE,
        &[
            (day(70, 9, 0), Assign(Psychosocial)),
            (day(69, 10, 0), Start),
            (day(18, 11, 30), Close(KeptInPlace, "Bail maintenu, travaux terminés pièce par pièce avec le ménage en place.")),
        ],
    ),
    case(
        10,
        day(64, 10, 20),
        findings::LEAKS,
        &[],
        &[
            (day(63, 9, 0), Assign(Inspector)),
            (day(62, 9, 30), Start),
            (day(40, 15, 0), Close(Corrected, "Membrane réparée selon le propriétaire.")),
            (day(9, 10, 40), Reopen("Nouvelle infiltration signalée par deux ménages après la pluie.")),
            (day(8, 9, 5), Comment(Inspector, "Photos des ménages reçues par le comité logement ; visite à prévoir.")),
        ],
    ),
    case(
        8,
        day(52, 13, 0),
        findings::MOULD,
        &[],
        &[(day(51, 9, 0), Assign(Inspector)), (day(50, 9, 40), Start), (day(45, 10, 0), Wait), (day(14, 15, 20), Monitor)],
    ),
    case(
        9,
        day(47, 9, 50),
        findings::COCKROACHES,
        findings::TELLS_FAMILY,
        &[(day(46, 10, 10), Assign(Inspector)), (day(45, 9, 0), Start), (day(20, 14, 0), Monitor)],
    ),
    case(11, day(39, 10, 30), findings::FIRE_SAFETY, &[], &[(day(38, 9, 0), Assign(Inspector)), (day(37, 9, 15), Start), (day(33, 11, 0), Wait)]),
    case(
        14,
        day(34, 14, 10),
        findings::HOARDING,
        findings::TELLS_OLDER,
        &[
            (day(33, 9, 5), Assign(Psychosocial)),
            (day(32, 10, 0), Start),
            (day(27, 16, 0), Wait),
            (day(12, 10, 30), Comment(Psychosocial, "Première séance de désencombrement faite, à son rythme. Le passage vers la porte est libre.")),
        ],
    ),
    case(
        12,
        day(31, 9, 30),
        findings::SIX_DWELLINGS,
        &[],
        &[
            (day(30, 9, 0), Assign(Inspector)),
            (day(29, 9, 0), Start),
            (day(29, 9, 10), Comment(Coordinator, "Six logements exactement : « + de 6 » à confirmer avec les partenaires.")),
        ],
    ),
    case(3, day(27, 13, 30), findings::FIVE_DWELLINGS, &[], &[(day(26, 9, 20), Assign(Inspector)), (day(25, 9, 0), Start), (day(19, 10, 0), Wait)]),
    case(13, day(24, 10, 0), findings::RUN_DOWN, findings::TELLS_NOTICE, &[(day(23, 9, 0), Assign(Inspector)), (day(22, 9, 0), Start)]),
    case(15, day(20, 9, 10), findings::COLD, &[], &[(day(19, 9, 0), Assign(Inspector)), (day(18, 9, 30), Start), (day(13, 14, 0), Wait)]),
    case(16, day(16, 14, 0), findings::RODENTS, findings::TELLS_LITTLE, &[(day(15, 9, 0), Assign(Inspector)), (day(14, 13, 0), Start)]),
    case(17, day(13, 10, 40), findings::MINOR_ISSUES, &[], &[(day(12, 9, 0), Assign(Inspector))]),
    case(22, day(10, 9, 20), findings::ONE_ISSUE, &[], &[(day(9, 9, 0), Assign(Inspector))]),
    case(18, day(7, 13, 50), findings::BEDBUGS, findings::TELLS_FAMILY, &[(day(6, 9, 0), Assign(Psychosocial))]),
    case(19, day(5, 10, 10), findings::LEAKS, &[], &[]),
    case(20, day(4, 9, 0), findings::ONE_ISSUE, &[], &[]),
    // The cell's escalations, the last three still open.
    case(
        23,
        minutes(1_560),
        findings::SEWAGE,
        findings::TELLS_FAMILY,
        &[
            (minutes(1_541), Acknowledge),
            (minutes(1_535), Assign(Inspector)),
            (minutes(1_530), Start),
            (minutes(1_520), Log(Dispatcher, "Plombier d’urgence du propriétaire joint, arrivée prévue dans l’heure.")),
            (minutes(1_490), Dispatch("Ville de Longueuil et plombier du propriétaire")),
            (minutes(1_430), Arrive),
            (minutes(1_210), Stabilise(EscalationOutcome::Relocated)),
            (minutes(1_190), Comment(Psychosocial, "Ménage hébergé chez un proche pour trois nuits, nettoyage en cours.")),
        ],
    ),
    case(
        4,
        minutes(1_330),
        findings::NOTHING,
        &[],
        &[
            (minutes(1_322), Acknowledge),
            (minutes(1_270), StandDown("Fausse alerte : le fournisseur de gaz n’a mesuré aucune fuite.")),
            (minutes(1_200), Close(Unfounded, "Aucune fuite mesurée, aucune autre observation.")),
        ],
    )
    .called("Odeur de gaz dans le hall, signalée par une locataire.", true),
    case(
        6,
        minutes(300),
        findings::CARBON_MONOXIDE,
        findings::TELLS_LITTLE,
        &[
            (minutes(292), Acknowledge),
            (minutes(290), Log(Dispatcher, "911 déjà appelé par l’inspectrice ; occupants sortis des deux logements.")),
            (minutes(280), Assign(Inspector)),
            (minutes(278), Start),
            (minutes(262), Dispatch("Service de sécurité incendie et Ville de Brossard")),
            (minutes(205), Arrive),
            (minutes(150), Log(Inspector, "Appareil coupé et cadenassé. Aération en cours, nouvelle mesure à venir.")),
        ],
    ),
    case(
        24,
        minutes(95),
        findings::LIVE_WIRE,
        &[],
        &[
            (minutes(83), Acknowledge),
            (minutes(78), Assign(Inspector)),
            (minutes(80), Log(Dispatcher, "Disjoncteur coupé selon le concierge ; électricien demandé au propriétaire.")),
        ],
    ),
    case(21, minutes(12), findings::NO_ALARM, findings::TELLS_LITTLE, &[]),
];

/// Visits that open no case: one under way in today's round, one done and followed.
pub const OTHER_VISITS: &[VisitPlan] = &[
    VisitPlan { lot: 39, at: day(11, 10, 30), findings: findings::FOLLOW_UP, household: &[], call: None, finished: true },
    VisitPlan { lot: 29, at: minutes(50), findings: findings::UNDER_WAY, household: &[], call: None, finished: false },
];
