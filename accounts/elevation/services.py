"""What officers, approvers and time may do with a request."""

from __future__ import annotations

from accounts.elevation.approving import approve as approve
from accounts.elevation.approving import put as put
from accounts.elevation.approving import refuse as refuse
from accounts.elevation.asking import Wish as Wish
from accounts.elevation.asking import ask as ask
from accounts.elevation.asking import cancel as cancel
from accounts.elevation.telling import end_gag as end_gag
from accounts.elevation.viewing import close as close
from accounts.elevation.viewing import view as view
