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
    LIST_VISIBLE: "Dossiers visibles sur la carte" / "Cases visible on the map";
    LIST_ALL: "Dossiers" / "Cases";
    LIST_CUT: "Les {n} plus graves sont listés; rapprochez pour voir les autres." / "The {n} gravest are listed; zoom in to see the others.";
    EMPTY_HERE: "Aucun dossier ici." / "No case here.";
    CASE: "Dossier" / "Case";
    BAND: "Cote" / "Band";
    NO_BAND: "Sans cote" / "No band";
    DANGER: "Danger immédiat" / "Immediate danger";
    NO_ADDRESS: "Adresse non communiquée" / "Address not given";
    OPEN_CASE: "Ouvrir le dossier" / "Open the case";
    SEVERAL: "dossiers à cet endroit" / "cases at this place";
    UNAVAILABLE: "La carte ne peut pas s’afficher; la liste est complète." / "The map cannot be shown; the list is complete.";
    CLOSE: "Fermer" / "Close";
    ZOOM_IN: "Agrandir" / "Zoom in";
    ZOOM_OUT: "Réduire" / "Zoom out";
    PAN_TWO_FINGERS: "Déplacez la carte avec deux doigts" / "Move the map with two fingers";
    ZOOM_CTRL: "Ctrl + molette pour agrandir" / "Ctrl + wheel to zoom";
    ZOOM_CMD: "⌘ + molette pour agrandir" / "⌘ + wheel to zoom";
    ATTRIBUTION: "Afficher ou masquer la source du fond de carte" / "Show or hide the source of the background map";
}
