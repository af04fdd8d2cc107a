//! The territories of the agglomeration, as far as a service says where it goes.

use crate::case::coded_enum;

coded_enum! {
    /// Somewhere in the agglomeration of Longueuil, or all of it.
    Area {
        Agglomeration = "agglomeration",
        /// All three boroughs.
        Longueuil = "longueuil",
        VieuxLongueuil = "vieux_longueuil",
        SaintHubert = "saint_hubert",
        GreenfieldPark = "greenfield_park",
        Brossard = "brossard",
        Boucherville = "boucherville",
        SaintBruno = "saint_bruno",
        SaintLambert = "saint_lambert",
    }
}

const LONGUEUIL: &str = "Longueuil";

impl Area {
    /// The place’s own name, the same in both languages; none for the agglomeration, which is named by texts.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Agglomeration => None,
            Self::Longueuil => Some(LONGUEUIL),
            Self::VieuxLongueuil => Some("Le Vieux-Longueuil"),
            Self::SaintHubert => Some("Saint-Hubert"),
            Self::GreenfieldPark => Some("Greenfield Park"),
            Self::Brossard => Some("Brossard"),
            Self::Boucherville => Some("Boucherville"),
            Self::SaintBruno => Some("Saint-Bruno-de-Montarville"),
            Self::SaintLambert => Some("Saint-Lambert"),
        }
    }

    /// Whether it is one of the boroughs of Longueuil.
    pub const fn is_borough(self) -> bool {
        match self {
            Self::VieuxLongueuil | Self::SaintHubert | Self::GreenfieldPark => true,
            Self::Agglomeration | Self::Longueuil | Self::Brossard | Self::Boucherville | Self::SaintBruno | Self::SaintLambert => false,
        }
    }

    /// Where a building is, by how the territories are named; `None` outside the agglomeration.
    pub fn of(municipality: &str, borough: Option<&str>) -> Option<Self> {
        if municipality != LONGUEUIL {
            return Self::ALL.iter().copied().find(|area| !area.is_borough() && area.name() == Some(municipality));
        }
        let named = borough.and_then(|borough| Self::ALL.iter().copied().find(|area| area.is_borough() && area.name() == Some(borough)));
        Some(named.unwrap_or(Self::Longueuil))
    }

    /// Whether all of the other lies in it.
    pub const fn covers(self, other: Self) -> bool {
        match self {
            Self::Agglomeration => true,
            Self::Longueuil => matches!(other, Self::Longueuil) || other.is_borough(),
            _ => self as u8 == other as u8,
        }
    }

    /// Whether they have ground in common.
    pub const fn meets(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }
}
