//! The coordinator's round: which building is visited on which day.

use super::texts;

texts! {
    TITLE: "Tournée" / "Round";
    INTRODUCTION: "Les téléphones reçoivent les immeubles planifiés à leur prochaine synchronisation. Un immeuble retiré y reste tant qu’ils n’ont pas envoyé ce qu’ils contiennent." / "Phones receive the planned buildings at their next synchronisation. A withdrawn building stays on them until they have sent what they hold.";
    EMPTY: "Aucun immeuble encore. Ajoutez le premier." / "No building yet. Add the first one.";
    TODAY: "Aujourd’hui" / "Today";
    PAST: "Prévus avant aujourd’hui" / "Planned before today";
    COMING: "À venir" / "Coming";
    OFF_ROUND: "Hors de la tournée" / "Not in the round";
    BUILDINGS_ONE: "{count} immeuble" / "{count} building";
    BUILDINGS_MANY: "{count} immeubles" / "{count} buildings";
    COLUMN_BUILDING: "Immeuble" / "Building";
    COLUMN_DWELLINGS: "Logements" / "Dwellings";
    COLUMN_DAY: "Jour de la visite" / "Day of the visit";
    DAY_OF: "Jour de la visite, {address}" / "Day of the visit, {address}";
    PLAN: "Planifier" / "Plan";
    PLAN_OF: "Planifier {address}" / "Plan {address}";
    WITHDRAW: "Retirer" / "Withdraw";
    WITHDRAW_OF: "Retirer {address} de la tournée" / "Withdraw {address} from the round";

    ADD: "Ajouter un immeuble" / "Add a building";
    ADD_ADDRESS: "Adresse" / "Address";
    ADD_ADDRESS_HINT: "Numéro et rue, sans la ville." / "Number and street, without the city.";
    ADD_MUNICIPALITY: "Municipalité" / "Municipality";
    ADD_NO_MUNICIPALITY: "Aucun territoire n’est chargé sur ce serveur : il en faut un avant d’ajouter un immeuble." / "No territory is loaded on this server: one is needed before adding a building.";
    ADD_DWELLINGS: "Logements (1 à 600)" / "Dwellings (1 to 600)";
    ADD_STOREYS: "Étages (1 à 60)" / "Storeys (1 to 60)";
    ADD_DOORS_HINT: "Les portes sont numérotées par étage (101, 102…); l’équipe les corrige sur place." / "Doors are numbered by storey (101, 102…); the team corrects them on site.";
    ADD_YEAR: "Année de construction (facultatif)" / "Year built (optional)";
    ADD_DAY: "Jour de la visite" / "Day of the visit";
    ADD_SUBMIT: "Ajouter à la tournée" / "Add to the round";
}
