"""A mail server that turns mail away, as an e-mail backend."""

from smtplib import SMTPResponseException

from django.core.mail.backends.base import BaseEmailBackend

refused: set[str] = set()  # whom it refuses; everybody when empty


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages):
        for message in email_messages:
            if not refused or refused & set(message.to):
                raise SMTPResponseException(451, b"Come back later")
        return len(email_messages)
