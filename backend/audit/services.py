"""Writing the audit: in the same transaction as the action that it tells of."""

from backend.audit.models import AuditEntry
from backend.clock import Clock

COMMAND_LINE = "command line"
SERVICE_ITSELF = "the service itself"


async def record_action(clock: Clock, actor: str, action: str, object_code: str, detail: str = "") -> None:
    """Appends one staff action. `actor` is an account's e-mail address or one of the constants above.

    `detail` must hold codes and public reasons only: what was meant to be deleted would live on here.
    """
    await AuditEntry.create(at=clock(), actor=actor, action=action, object_code=object_code, detail=detail[:2000])
