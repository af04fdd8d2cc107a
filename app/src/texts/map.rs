//! The case map.

use super::texts;

texts! {
    TITLE: "Carte des dossiers" / "Map of cases";
    INTRODUCTION: "Des immeubles, jamais des personnes. La liste dit la même chose que la carte." / "Buildings, never people. The list says the same as the map.";
    MAP_LABEL: "Carte des immeubles qui ont un dossier" / "Map of buildings that have a case";
    LIST_TITLE_ONE: "{count} immeuble" / "{count} building";
    LIST_TITLE_MANY: "{count} immeubles" / "{count} buildings";
    LIST_EMPTY: "Aucun dossier à montrer." / "No case to show.";
    LEGEND: "Légende" / "Legend";
    NO_BACKGROUND: "Aucun fond de carte n’est configuré : seuls les territoires sont dessinés." / "No background map is configured: only territories are drawn.";
    LOADING: "La carte se charge…" / "The map is loading…";
    UNAVAILABLE: "La carte ne peut pas s’afficher; la liste est complète." / "The map cannot be shown; the list is complete.";
    ZOOM_IN: "Rapprocher" / "Zoom in";
    ZOOM_OUT: "Éloigner" / "Zoom out";
    WHOLE_TERRITORY: "Tout le territoire" / "Whole territory";
    OPEN_CASE: "Ouvrir le dossier" / "Open the case";
    CLUSTER: "{count} dossiers, rapprocher" / "{count} cases, zoom in";
    DANGER: "Danger immédiat" / "Immediate danger";
    TERRITORIES: "Territoires" / "Territories";
}
