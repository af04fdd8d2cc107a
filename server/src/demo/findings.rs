//! What is seen and heard during the demo's visits.

use inspection_grid::{Answer, CriterionId, Place, Severity, Value};

use super::{buildings::Built, pictures::Picture};

/// Where something is seen. Doors are counted from 0, in the building's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spot {
    Outside,
    Common,
    Door(usize),
}

impl Spot {
    /// The place in a building that has this door.
    pub fn place(self, building: &Built) -> Option<Place> {
        match self {
            Self::Outside => Some(Place::Exterior),
            Self::Common => Some(Place::Common),
            Self::Door(number) => building.doors.get(number).map(|door| Place::Dwelling(door.dwelling_id.to_string())),
        }
    }
}

/// The value beside a severity.
#[derive(Clone, Copy, Debug)]
pub enum Given {
    Measure(f64),
    Counts(&'static [(&'static str, u32)]),
    Level(&'static str),
    Chosen(&'static [&'static str]),
}

impl Given {
    fn value(self) -> Value {
        match self {
            Self::Measure(number) => Value::Measure(number),
            Self::Counts(counts) => Value::Count(counts.iter().map(|(field, count)| ((*field).to_owned(), *count)).collect()),
            Self::Level(code) => Value::Scale(code.to_owned()),
            Self::Chosen(codes) => Value::Choice(codes.iter().map(|code| (*code).to_owned()).collect()),
        }
    }
}

/// One answer of a visit, with its note and picture.
#[derive(Clone, Copy, Debug)]
pub struct Finding {
    pub spot: Spot,
    pub criterion: &'static str,
    pub severity: Option<u8>,
    pub given: Option<Given>,
    pub note: Option<&'static str>,
    pub picture: Option<Picture>,
}

impl Finding {
    pub fn criterion(&self) -> CriterionId {
        CriterionId(self.criterion.to_owned())
    }

    pub fn answer(&self) -> anyhow::Result<Answer> {
        let severity = self.severity.map(Severity::try_from).transpose().map_err(anyhow::Error::msg)?;
        Ok(Answer::Observed { severity, value: self.given.map(Given::value) })
    }

    const fn noted(self, note: &'static str) -> Self {
        Self { note: Some(note), ..self }
    }

    const fn pictured(self, picture: Picture) -> Self {
        Self { picture: Some(picture), ..self }
    }

    const fn measured(self, number: f64) -> Self {
        Self { given: Some(Given::Measure(number)), ..self }
    }

    const fn counted(self, counts: &'static [(&'static str, u32)]) -> Self {
        Self { given: Some(Given::Counts(counts)), ..self }
    }

    const fn level(self, code: &'static str) -> Self {
        Self { given: Some(Given::Level(code)), ..self }
    }

    const fn chosen(self, codes: &'static [&'static str]) -> Self {
        Self { given: Some(Given::Chosen(codes)), ..self }
    }
}

const fn seen(spot: Spot, criterion: &'static str, severity: u8) -> Finding {
    Finding { spot, criterion, severity: Some(severity), given: None, note: None, picture: None }
}

const fn outside(criterion: &'static str, severity: u8) -> Finding {
    seen(Spot::Outside, criterion, severity)
}

const fn common(criterion: &'static str, severity: u8) -> Finding {
    seen(Spot::Common, criterion, severity)
}

const fn door(number: usize, criterion: &'static str, severity: u8) -> Finding {
    seen(Spot::Door(number), criterion, severity)
}

/// A question whose answer has no severity.
const fn told(number: usize, criterion: &'static str, codes: &'static [&'static str]) -> Finding {
    Finding { spot: Spot::Door(number), criterion, severity: None, given: Some(Given::Chosen(codes)), note: None, picture: None }
}

/// What is in order in a dwelling, unless a finding says otherwise.
pub const IN_ORDER: &[Finding] = &[
    door(0, "INC-01", 0).counted(&[("requis", 1), ("presents", 1), ("fonctionnels", 1)]),
    door(0, "INC-05", 0),
    door(0, "ELE-01", 0),
    door(0, "CHA-01", 0).measured(21.5),
    door(0, "PLO-01", 0),
    door(0, "HUM-01", 0).measured(0.0),
    door(0, "PAR-01", 0).level("0"),
    door(0, "ENC-01", 0).level("2"),
];

/// What is in order around every building, unless a finding says otherwise.
pub const IN_ORDER_AROUND: &[Finding] = &[outside("EXT-01", 0), outside("EXT-08", 0), common("COM-02", 0), common("COM-03", 0), common("INC-07", 0)];

pub const MOULD: &[Finding] = &[
    door(0, "HUM-01", 3).measured(1.8).noted("Moisissure noire au bas du mur extérieur de la chambre, papier peint décollé.").pictured(Picture::MouldCorner),
    door(4, "HUM-01", 3).measured(1.2).noted("Même mur, un étage plus haut.").pictured(Picture::MouldWindow),
    door(0, "HUM-03", 2).measured(68.0),
    door(0, "HUM-04", 2),
    door(4, "CHA-05", 2).noted("Ventilateur de salle de bain débranché."),
    outside("EXT-03", 2).noted("Gouttière percée au-dessus des deux logements."),
];

pub const COCKROACHES: &[Finding] = &[
    door(0, "PAR-01", 3).level("3").noted("Blattes actives de jour dans la cuisine.").pictured(Picture::Droppings),
    door(2, "PAR-01", 2).level("2"),
    door(4, "PAR-01", 2).level("2"),
    door(0, "PAR-06", 3).chosen(&["non_traite_14_jours"]),
    door(2, "PAR-05", 2),
    common("COM-06", 3).noted("Local à déchets : débordement et vermine.").pictured(Picture::OverflowingBins),
];

pub const BEDBUGS: &[Finding] = &[
    door(0, "PAR-02", 3).level("3").noted("Plus de trente insectes, deux chambres."),
    door(1, "PAR-02", 2).level("2"),
    door(0, "PAR-06", 3).chosen(&["preparation_impossible"]),
    door(1, "MUR-01", 2).noted("Ouvertures autour des tuyaux, vers le logement voisin.").pictured(Picture::CrackedPlaster),
];

/// Nothing is seen: the visit was a call about a smell.
pub const NOTHING: &[Finding] = &[];

pub const FIRE_SAFETY: &[Finding] = &[
    common("INC-05", 3).noted("Sortie arrière bloquée par des boîtes.").pictured(Picture::BlockedExit),
    common("INC-06", 2),
    common("COM-02", 3).noted("Aucun éclairage dans l’escalier arrière."),
    door(0, "INC-01", 3).counted(&[("requis", 2), ("presents", 1), ("fonctionnels", 0)]).pictured(Picture::AlarmBracket),
    door(2, "INC-01", 2).counted(&[("requis", 2), ("presents", 2), ("fonctionnels", 1)]),
    door(2, "ELE-04", 2),
];

pub const OWNER_AWAY: &[Finding] = &[
    outside("GES-01", 0).chosen(&["mise_en_demeure"]),
    outside("GES-02", 3).measured(75.0).noted("Mise en demeure restée sans réponse."),
    outside("GES-03", 3).counted(&[("nombre", 4)]),
    outside("GES-04", 2).chosen(&["represailles"]),
    outside("EXT-05", 3).measured(820.0).noted("Garde-corps lâche au deuxième étage."),
    door(0, "PLO-03", 3).noted("Fuite qui traverse au logement du dessous.").pictured(Picture::WaterStain),
    door(1, "HUM-02", 2).measured(0.6).pictured(Picture::WaterStain),
];

/// The worst band by the index alone.
pub const RUN_DOWN: &[Finding] = &[
    common("COM-01", 3).noted("La porte d’entrée ne se verrouille pas."),
    common("COM-02", 3),
    common("COM-04", 3).noted("Déchets putrescibles dans le corridor.").pictured(Picture::OverflowingBins),
    common("COM-06", 3),
    door(0, "MUR-01", 3).pictured(Picture::CrackedPlaster),
    door(2, "SDB-02", 3).noted("Plancher mou autour du bain."),
];

/// One moderate issue in a large building: complex, and yet in the best band.
pub const ONE_ISSUE: &[Finding] = &[door(2, "SDB-01", 2).noted("Lavabo qui coule, réparation annoncée.")];

pub const MINOR_ISSUES: &[Finding] =
    &[common("COM-02", 2).noted("Section sombre au bout du corridor."), common("COM-01", 2), door(0, "POF-03", 2), door(1, "CUI-03", 1), outside("EXT-04", 1)];

pub const HOARDING: &[Finding] = &[
    door(1, "ENC-01", 3).level("7").noted("Encombrement jusqu’à la hauteur des fenêtres au salon."),
    door(1, "ENC-02", 3).measured(450.0).pictured(Picture::BlockedExit),
    door(1, "INC-10", 3).noted("Papiers contre la plinthe chauffante."),
    door(1, "ACC-02", 3).chosen(&["assistance_requise"]),
    door(1, "ENC-03", 2),
    door(0, "ENC-05", 2).level("2"),
];

/// Band C with six dwellings: exactly at the threshold of the certain criterion.
pub const SIX_DWELLINGS: &[Finding] =
    &[common("COM-04", 3).noted("Malpropreté et déchets dans l’escalier.").pictured(Picture::OverflowingBins), common("COM-06", 3), door(0, "HUM-04", 1)];

/// Band C with four dwellings.
pub const FOUR_DWELLINGS: &[Finding] = &[
    door(0, "MUR-01", 3).noted("Plâtre tombé sur plus d’un demi-mètre carré.").pictured(Picture::CrackedPlaster),
    door(0, "SDB-02", 3),
    door(1, "POF-02", 1).counted(&[("nombre", 1)]),
];

/// Band D without danger with five dwellings.
pub const FIVE_DWELLINGS: &[Finding] = &[
    common("COM-01", 3),
    common("COM-04", 3).pictured(Picture::OverflowingBins),
    common("COM-06", 3),
    outside("EXT-07", 3).noted("Plus de 5 m³ de déchets dans la cour."),
];

pub const COLD: &[Finding] = &[
    door(0, "CHA-01", 3).measured(16.4).noted("Plinthes froides dans deux chambres."),
    door(0, "CHA-02", 3),
    door(1, "CHA-01", 2).measured(18.9),
    door(2, "CHA-01", 2).measured(19.2),
    door(0, "POF-03", 3).noted("Carreau remplacé par un carton."),
    door(0, "CHA-04", 3).noted("Four ouvert pour chauffer."),
];

pub const LEAKS: &[Finding] = &[
    door(0, "HUM-02", 3).measured(1.6).noted("Plafond détrempé au-dessus de l’évier.").pictured(Picture::WaterStain),
    door(0, "HUM-05", 2),
    door(1, "HUM-02", 2).measured(0.7).pictured(Picture::WaterStain),
    outside("EXT-03", 3).noted("Membrane fendue, eau active dans deux logements."),
];

pub const RODENTS: &[Finding] = &[
    door(0, "PAR-03", 2).level("2").noted("Excréments frais sous l’évier.").pictured(Picture::Droppings),
    door(3, "PAR-03", 2).level("2"),
    outside("EXT-07", 2),
    door(0, "PAR-05", 2),
];

pub const NO_ALARM: &[Finding] = &[
    door(2, "INC-01", 4)
        .counted(&[("requis", 2), ("presents", 0), ("fonctionnels", 0)])
        .noted("Aucun avertisseur fonctionnel, logement occupé par une famille. Avertisseur temporaire demandé.")
        .pictured(Picture::AlarmBracket),
    door(2, "ELE-02", 3).noted("Prise noircie à la cuisine.").pictured(Picture::BurntOutlet),
    door(0, "INC-01", 2).counted(&[("requis", 2), ("presents", 2), ("fonctionnels", 1)]),
];

pub const LIVE_WIRE: &[Finding] = &[
    door(1, "ELE-01", 4).noted("Conducteur accessible à hauteur d’enfant. Disjoncteur coupé par le concierge.").pictured(Picture::BurntOutlet),
    door(1, "ELE-02", 3).pictured(Picture::BurntOutlet),
    door(3, "HUM-01", 2).measured(0.4).pictured(Picture::MouldWindow),
];

pub const CARBON_MONOXIDE: &[Finding] = &[
    door(0, "CHA-03", 4).noted("Refoulement au chauffe-eau, 48 ppm mesurés. Occupants sortis, 911 appelé."),
    door(0, "INC-03", 4).noted("Aucun avertisseur de monoxyde de carbone. Occupants sortis."),
    door(1, "INC-03", 3),
];

pub const SEWAGE: &[Finding] = &[
    door(0, "PLO-04", 4).noted("Eaux usées sur le plancher de la chambre du rez-de-chaussée.").pictured(Picture::FloodedFloor),
    door(1, "PLO-04", 2).pictured(Picture::FloodedFloor),
    door(0, "PLO-05", 3),
];

/// What an inspector writes of a building that only needs following.
pub const FOLLOW_UP: &[Finding] = &[door(0, "CUI-01", 2).noted("Drain lent."), door(1, "HUM-03", 1).measured(56.0), outside("EXT-04", 1)];

/// A visit under way in today's round.
pub const UNDER_WAY: &[Finding] = &[outside("EXT-04", 1), common("COM-06", 1).noted("Bac plein, collecte demain.")];

/// What a household tells when it is well and only needs information.
pub const TELLS_LITTLE: &[Finding] = &[
    told(0, "DRO-02", &["depliant", "liste_ressources"]),
    told(0, "DRO-03", &["francais"]),
    told(0, "MEN-05", &["reparations"]),
    told(0, "MEN-07", &["aucune"]),
];

/// A young family that wants to stay.
pub const TELLS_FAMILY: &[Finding] = &[
    Finding { severity: None, ..door(1, "MEN-01", 0).counted(&[("moins_6", 1), ("6_17", 1), ("18_64", 2)]) },
    told(1, "MEN-02", &["enfant_moins_6", "nouvel_arrivant"]),
    told(1, "MEN-05", &["reparations", "droits_tal"]),
    door(1, "MEN-06", 0).chosen(&["aucun"]),
    told(1, "DRO-02", &["depliant", "avis_au_locateur"]),
    told(1, "DRO-03", &["espagnol", "interprete_a_prevoir"]),
];

/// A person who received a notice.
pub const TELLS_NOTICE: &[Finding] = &[
    told(1, "MEN-02", &["isolement"]),
    door(1, "MEN-06", 2).chosen(&["non_renouvellement"]).noted("Avis reçu ; rendez-vous pris avec le comité logement."),
    told(1, "MEN-05", &["droits_tal", "soutien_psychologique"]),
    told(1, "MEN-07", &["craint_proprietaire"]),
    told(1, "DRO-02", &["depliant", "modele_mise_en_demeure"]),
];

/// An older person who wants help at home.
pub const TELLS_OLDER: &[Finding] = &[
    Finding { severity: None, ..door(1, "MEN-01", 0).counted(&[("75_plus", 1)]) },
    told(1, "MEN-02", &["aine_75_plus", "mobilite_reduite"]),
    told(1, "MEN-05", &["desencombrement", "aide_menagere"]),
    told(1, "DRO-04", &["visite", "contact_ulterieur"]),
];
