//! Texts of what is drawn over a photo.

use casework::photo_mark::MarkTool;

use super::{Text, texts};

texts! {
    TITLE: "Annoter la photo" / "Annotate the photo";
    OPEN: "Annoter" / "Annotate";
    MARKED: "annotée" / "annotated";
    NOT_YET: "Ce téléphone n’affiche pas ce format\u{a0}: ni dessin ni flou avant l’envoi." / "This phone does not show this format: no drawing, no blur before it is sent.";
    NOT_HERE: "Ce téléphone n’affiche pas ce format, et le serveur n’en a pas donné d’image où dessiner." / "This phone does not show this format, and the server gave no picture of it to draw on.";
    LOADING: "Ouverture de la photo…" / "Opening the photo…";
    NO_PICTURE: "Ce téléphone n’a plus d’image de cette photo." / "This phone has no picture of this photo any more.";
    SMALL: "La photo est déjà envoyée\u{a0}: ce téléphone n’en a gardé qu’une petite image." / "The photo is already sent: this phone kept only a small picture of it.";
    HINT: "Choisissez un outil, puis tracez du doigt sur la photo. L’original est conservé à part." / "Choose a tool, then draw with a finger on the photo. The original is kept apart.";
    TOOLS: "Outil" / "Tool";
    ARROW: "Flèche" / "Arrow";
    CIRCLE: "Cercle" / "Circle";
    BLUR: "Flou" / "Blur";
    ADD: "Placer au milieu" / "Place in the middle";
    LIST: "Repères" / "Marks";
    NAME: "{mark} {number}" / "{mark} {number}";
    KEYS: "Touches fléchées\u{a0}: déplacer. Avec Maj\u{a0}: agrandir ou réduire. Suppr\u{a0}: enlever." / "Arrow keys: move. With Shift: make larger or smaller. Del: remove.";
    WHERE: "{name}\u{a0}: à {left}\u{a0}% de la gauche et {top}\u{a0}% du haut, {width}\u{a0}% de large, {height}\u{a0}% de haut" / "{name}: {left}% from the left and {top}% from the top, {width}% wide, {height}% high";
    MOVE: "Déplacer ou agrandir le repère choisi" / "Move or enlarge the chosen mark";
    LEFT: "Vers la gauche" / "To the left";
    UP: "Vers le haut" / "Up";
    DOWN: "Vers le bas" / "Down";
    RIGHT: "Vers la droite" / "To the right";
    SMALLER: "Réduire" / "Make smaller";
    LARGER: "Agrandir" / "Make larger";
    REMOVE: "Enlever\u{a0}: {name}" / "Remove: {name}";
    REMOVE_NONE: "Rien à enlever" / "Nothing to remove";
    FULL: "Vingt repères au plus par photo." / "Twenty marks at most on a photo.";
    PICTURE: "Photo à annoter, repères\u{a0}: {count}" / "Photo to annotate, marks: {count}";
    CANCEL: "Annuler" / "Cancel";
    KEEP: "Garder" / "Keep";
    UNDO: "Photo annotée\u{a0}: {what}" / "Photo annotated: {what}";
}

pub fn tool(tool: MarkTool) -> Text {
    match tool {
        MarkTool::Arrow => ARROW,
        MarkTool::Circle => CIRCLE,
        MarkTool::Blur => BLUR,
    }
}
