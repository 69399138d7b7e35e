"""The French words of the mails that people must see."""

WHY = {
    "stranger": "réponse envoyée d’une autre adresse que celle de la convocation",
    "unproved": "réponse dont le serveur de messagerie ne garantit pas l’auteur",
    "unknown": "réponse à une convocation que le guichet ne connaît pas",
    "refused": "réponse que le guichet n’a pas pu prendre",
    "unmatched": "avis de retour d’un courriel qui n’est pas un courrier du guichet",
    "written": "message écrit à l’adresse d’envoi du guichet",
    "unreadable": "courriel illisible",
    "unforeseen": "courriel que le programme n’a pas su traiter",
}
