//! Built-in approximate outlines of the agglomeration's territories, for orientation until an official layer is imported.

use casework::wire::v1::TerritoryOutline;

use crate::{
    application::Brigade,
    store::{self, StoreError},
};

/// Approximate outline of a municipality or borough.
#[derive(Clone, Copy, Debug)]
pub struct Outline {
    pub municipality: &'static str,
    pub borough: Option<&'static str>,
    /// Closed ring of longitude and latitude (WGS 84), to about 250 m.
    pub ring: &'static [[f64; 2]],
}

/// The outline of a territory; `None` for one that is not built in.
pub fn outline(municipality: &str, borough: Option<&str>) -> Option<&'static Outline> {
    OUTLINES.iter().find(|outline| outline.municipality == municipality && outline.borough == borough)
}

/// Stores the built-in outlines, marked as approximate, when no territory is known yet. Says whether it did.
///
/// # Errors
/// When the store fails; nothing is stored then.
pub async fn ensure(brigade: &Brigade) -> store::Result<bool> {
    let mut tx = brigade.store.begin().await?;
    if !store::building::territories(&mut *tx).await?.is_empty() {
        return Ok(false);
    }
    for outline in OUTLINES {
        let outline =
            TerritoryOutline { municipality: outline.municipality.to_owned(), borough: outline.borough.map(str::to_owned), ring: outline.ring.to_vec() };
        store::building::insert_territory(&mut tx, &outline, true).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(true)
}

/// The seven territories.
///
/// # Source
/// Generalised from the electoral districts of the general election of November 2013, Directeur général des élections du Québec.
pub const OUTLINES: &[Outline] = &[
    Outline {
        municipality: "Longueuil",
        borough: Some("Saint-Hubert"),
        ring: &[
            [-73.3931, 45.5108],
            [-73.3770, 45.5277],
            [-73.4107, 45.5530],
            [-73.4196, 45.5453],
            [-73.4241, 45.5487],
            [-73.4380, 45.5367],
            [-73.4392, 45.5329],
            [-73.4310, 45.5278],
            [-73.4426, 45.5075],
            [-73.4903, 45.5042],
            [-73.4671, 45.4852],
            [-73.4461, 45.4970],
            [-73.4358, 45.4913],
            [-73.4528, 45.4811],
            [-73.3799, 45.4326],
            [-73.3790, 45.4377],
            [-73.3728, 45.4380],
            [-73.3756, 45.4423],
            [-73.3677, 45.4483],
            [-73.3630, 45.4451],
            [-73.3386, 45.4821],
            [-73.3720, 45.5078],
            [-73.3771, 45.4973],
            [-73.3931, 45.5108],
        ],
    },
    Outline {
        municipality: "Longueuil",
        borough: Some("Le Vieux-Longueuil"),
        ring: &[
            [-73.4891, 45.5044],
            [-73.4426, 45.5075],
            [-73.4310, 45.5278],
            [-73.4392, 45.5329],
            [-73.4382, 45.5365],
            [-73.4241, 45.5487],
            [-73.4720, 45.5890],
            [-73.4857, 45.5856],
            [-73.4988, 45.5882],
            [-73.4990, 45.5782],
            [-73.5125, 45.5546],
            [-73.5314, 45.5365],
            [-73.5260, 45.5190],
            [-73.4980, 45.5097],
            [-73.4927, 45.5025],
            [-73.4999, 45.4948],
            [-73.4965, 45.4923],
            [-73.4875, 45.5008],
            [-73.4891, 45.5044],
        ],
    },
    Outline {
        municipality: "Longueuil",
        borough: Some("Greenfield Park"),
        ring: &[
            [-73.4863, 45.4991],
            [-73.4965, 45.4923],
            [-73.4735, 45.4760],
            [-73.4594, 45.4855],
            [-73.4528, 45.4811],
            [-73.4358, 45.4913],
            [-73.4461, 45.4970],
            [-73.4671, 45.4852],
            [-73.4863, 45.4991],
        ],
    },
    Outline {
        municipality: "Brossard",
        borough: None,
        ring: &[
            [-73.4125, 45.4543],
            [-73.4594, 45.4855],
            [-73.4722, 45.4761],
            [-73.5233, 45.4782],
            [-73.5218, 45.4525],
            [-73.4921, 45.4315],
            [-73.4784, 45.4303],
            [-73.4641, 45.4217],
            [-73.4381, 45.4216],
            [-73.4384, 45.4166],
            [-73.3869, 45.4130],
            [-73.3820, 45.4171],
            [-73.3856, 45.4269],
            [-73.3799, 45.4326],
            [-73.4125, 45.4543],
        ],
    },
    Outline {
        municipality: "Boucherville",
        borough: None,
        ring: &[
            [-73.3787, 45.6048],
            [-73.4450, 45.6567],
            [-73.4840, 45.6317],
            [-73.4967, 45.6164],
            [-73.5009, 45.6014],
            [-73.4988, 45.5882],
            [-73.4857, 45.5856],
            [-73.4709, 45.5886],
            [-73.4726, 45.5864],
            [-73.4196, 45.5453],
            [-73.4107, 45.5530],
            [-73.3901, 45.5375],
            [-73.3872, 45.5415],
            [-73.3751, 45.5324],
            [-73.3716, 45.5565],
            [-73.3623, 45.5728],
            [-73.3597, 45.5864],
            [-73.3787, 45.6048],
        ],
    },
    Outline {
        municipality: "Saint-Bruno-de-Montarville",
        borough: None,
        ring: &[
            [-73.3100, 45.5225],
            [-73.2948, 45.5402],
            [-73.2926, 45.5536],
            [-73.3120, 45.5679],
            [-73.3140, 45.5569],
            [-73.3245, 45.5590],
            [-73.3337, 45.5667],
            [-73.3384, 45.5636],
            [-73.3483, 45.5711],
            [-73.3497, 45.5637],
            [-73.3621, 45.5738],
            [-73.3716, 45.5565],
            [-73.3751, 45.5324],
            [-73.3872, 45.5415],
            [-73.3901, 45.5375],
            [-73.3770, 45.5277],
            [-73.3942, 45.5096],
            [-73.3771, 45.4973],
            [-73.3720, 45.5078],
            [-73.3353, 45.4796],
            [-73.3268, 45.5047],
            [-73.3319, 45.5086],
            [-73.3100, 45.5225],
        ],
    },
    Outline {
        municipality: "Saint-Lambert",
        borough: None,
        ring: &[
            [-73.4825, 45.4823],
            [-73.5005, 45.4952],
            [-73.4927, 45.5025],
            [-73.4980, 45.5097],
            [-73.5260, 45.5190],
            [-73.5192, 45.4952],
            [-73.5297, 45.4917],
            [-73.5233, 45.4782],
            [-73.4747, 45.4766],
            [-73.4825, 45.4823],
        ],
    },
];

#[cfg(test)]
mod tests {
    use casework::directory::Area;

    use super::*;

    #[test]
    fn every_territory_is_an_area_of_the_directory() {
        let named: Vec<Option<Area>> = OUTLINES.iter().map(|outline| Area::of(outline.municipality, outline.borough)).collect();
        assert!(named.iter().all(Option::is_some), "{named:?}");
        // All but the two that are made of others.
        assert_eq!(named.len(), Area::ALL.len() - 2);
        for (outline, area) in OUTLINES.iter().zip(named) {
            assert_eq!(area.and_then(Area::name), Some(outline.borough.unwrap_or(outline.municipality)));
        }
    }
}
