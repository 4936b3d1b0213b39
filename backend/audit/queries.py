"""Reading the audit."""

from backend.audit.models import AuditEntry

PAGE_SIZE = 100


async def list_actions(before: int | None = None) -> list[AuditEntry]:
    """The newest actions first, a page at a time; `before` is the id that the next page continues from."""
    rows = AuditEntry.all() if before is None else AuditEntry.filter(id__lt=before)
    return await rows.order_by("-id").limit(PAGE_SIZE)
