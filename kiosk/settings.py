"""The settings of the service: one TOML file, each key also an environment variable ``KIOSK_…``.

An unknown key, an unknown ``KIOSK_`` variable, a wrong type or a missing file is one SettingsError that says what
and where, before anything starts. (pydantic-settings knows neither unknown variables nor a file that is taken
strictly beside an environment that is all text, so the few lines that merge the two are here.)
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    Field,
    ValidationError,
    ValidationInfo,
    create_model,
    field_validator,
)

from drivers.options import ReaderOptions
from drivers.profile_table import shown
from drivers.toml_file import TomlError, parse_toml
from kiosk.environment import CONFIG, PREFIX, SettingsError, from_environ, path_of, variables
from kiosk.fhir_settings import FhirSettings
from kiosk.files import FileError, read_bounded
from kiosk.import_settings import ImportSettings
from kiosk.insurer_number import InsurerNumber
from kiosk.orca_settings import OrcaSettings
from kiosk.printing_settings import PrintingSettings
from kiosk.reader_plugins import PluginError, installed_plugins, plugin_named
from kiosk.screen_settings import ScreenSettings
from kiosk.settings_section import Seconds, Section, by_key
from kiosk.terminal_settings import EligibilitySettings, TerminalSettings
from kiosk.webhook_settings import WebhookSettings

__all__ = [
    "CONFIG",
    "PREFIX",
    "ApiSettings",
    "DocumentSettings",
    "EligibilitySettings",
    "FhirSettings",
    "IdentitySettings",
    "OrcaSettings",
    "PrintingSettings",
    "Settings",
    "SettingsError",
    "StaffSettings",
    "TerminalSettings",
    "VisitSettings",
    "WebhookSettings",
    "first_problem",
    "is_reserved",
    "load",
    "settings_file",
    "settings_with",
]

_LOOPBACK = re.compile(r"(127(?:\.[0-9]{1,3}){3}|\[::1\]|localhost):([0-9]{1,5})")
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?(:[0-9]{1,5})?")
_MAY_COME_LATER = frozenset({"identity.crl"})
"""Files that are read again when they change: one that is missing is a trouble of the service (S-07), and heals."""

_MAX_FILE = 256 * 1024

Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]


class CardSettings(Section):
    """``[card]``: which cards to know besides the built-in ones."""

    profiles: list[Path] = Field(default=[], description="card profiles: files in the form of drivers/profiles.toml")


class IdentitySettings(Section):
    """``[identity]``: whom to trust and what to require."""

    trust: list[Path] = Field(default=[], description="root certificates: PEM or DER files, or folders of them")
    crl: list[Path] = Field(default=[], description="certificate revocation lists: files or folders")
    ocsp: str | None = Field(default=None, pattern=r"^https?://[^\s]+$", description="OCSP responder")
    revocation: Literal["prefer", "require"] = Field(
        default="prefer", description="require: a certificate whose revocation could not be checked is refused"
    )
    require: Literal["pin", "staff", "presented"] = Field(
        default="pin", description="what must be proved of a person before an answer"
    )
    pin_before_certificate: bool = Field(
        default=False,
        description="send the 暗証番号 also to a phone that shows its certificate only after it: "
        "a forged one would learn the number, for its chain cannot be checked before",
    )


class VisitSettings(Section):
    """``[visit]``: how long the kiosk waits, in seconds."""

    idle_limit: Seconds = Field(default=60.0, description="until a warning on the 暗証番号 and result screens")
    pin_warning: Seconds = Field(default=30.0, description="from the warning to the end, 暗証番号 screen")
    result_warning: Seconds = Field(default=20.0, description="from the warning to the end, result screen")
    information_limit: Seconds = Field(
        default=90.0, description="until a warning on the union terminal's pages that are open without a card"
    )
    farewell: Seconds = Field(default=8.0, description="neutral page after the card was taken from a result")
    staff_limit: Seconds = Field(default=300.0, description="how long a screen stays on which staff can help")
    card_left_chime: Seconds = Field(
        default=10.0,
        description="between two chimes while a card waits to be taken; half of it once staff have the alert",
    )
    card_left_alert: Seconds = Field(default=60.0, description="until staff get an alert about a card left behind")
    extensions: int = Field(default=10, ge=1, le=100, description="how often a person may ask for more time")


Millimetres = Annotated[float, Field(ge=-20, le=20, allow_inf_nan=False)]


class DocumentSettings(Section):
    """``[documents]``: the 資格情報通知書 and the 資格確認書."""

    insurer: Path | None = Field(default=None, description="the insurer's particulars (TOML); 133033 comes with kiosk")
    portal: str = Field(
        default="https://myna.go.jp/", pattern=r"^https://[!-~]{1,90}$", description="where the 二次元コード leads"
    )
    notice_x: Millimetres = Field(default=0.0, description="mm the notice is moved to the right on pre-cut stock")
    notice_y: Millimetres = Field(default=0.0, description="mm the notice is moved down")
    confirmation_x: Millimetres = Field(default=0.0, description="mm the confirmation is moved to the right")
    confirmation_y: Millimetres = Field(default=0.0, description="mm the confirmation is moved down")


class StaffSettings(Section):
    """``[staff]``: the pages of the people at the desk, on a port of their own."""

    listen: str = Field(
        default="", description="loopback address and port of the staff pages, 127.0.0.1:8461; empty: there are none"
    )
    hosts: list[str] = Field(
        default=[], max_length=16, description="names under which a reverse proxy with TLS serves the staff pages"
    )
    idle_limit: Seconds = Field(default=300.0, description="until a staff page that is not used locks itself")

    @field_validator("listen")
    @classmethod
    def _loopback_or_none(cls, value: str) -> str:
        return require_loopback(value) if value else value

    @field_validator("hosts")
    @classmethod
    def _names_only(cls, value: list[str]) -> list[str]:
        if not all(_HOST.fullmatch(host) for host in value):
            raise ValueError("must be host names, with a port where it is not 443, such as kiosk-1.example:8443")
        return value


class ApiSettings(Section):
    """``[api]``: the finished visits that other programs ask for (docs/api.md)."""

    keep_hours: int = Field(default=24, ge=1, le=720, description="hours that a finished visit can be asked for")


class Settings(Section):
    """Everything that can be set, except the sections of the reader drivers, which have models of their own."""

    listen: str = Field(default="127.0.0.1:8460", description="loopback address and port of the visitor's page")
    kiosk_id: Name = Field(default="1", description="this kiosk's name in the journal and the API")
    profile: Literal["clinic", "union_office"] = Field(default="clinic", description="whose screens")
    readers: list[Name] = Field(default=["pcsc"], min_length=1, description="reader drivers, by plug-in name")
    card: CardSettings = CardSettings()
    simulation: bool = Field(default=False, description="allow test roots and virtual readers; every screen says 模擬")
    database: str = Field(default="sqlite:///var/registry.sqlite", description="the member registry")
    insurer_number: InsurerNumber = Field(default="133033", description="保険者番号")
    site_key_file: Path | None = Field(default=None, description="the registry's site key (default: data_dir/site-key)")
    policy: Path | None = Field(default=None, description="the insurer's policy (TOML)")
    identity: IdentitySettings = IdentitySettings()
    visit: VisitSettings = VisitSettings()
    screen: ScreenSettings = ScreenSettings()
    documents: DocumentSettings = DocumentSettings()
    printing: PrintingSettings = PrintingSettings()
    staff: StaffSettings = StaffSettings()
    terminal: TerminalSettings = TerminalSettings()
    eligibility: EligibilitySettings = EligibilitySettings()
    orca: OrcaSettings = OrcaSettings()
    api: ApiSettings = ApiSettings()
    fhir: FhirSettings = FhirSettings()
    imports: ImportSettings = Field(default=ImportSettings(), alias="import")
    webhook: list[WebhookSettings] = Field(
        default=[], max_length=16, description="tables [[webhook]]: who gets each finished visit (docs/webhooks.md)"
    )
    data_dir: Path = Field(default=Path("var"), description="journal, API token, site key, accounts, finished visits")

    @field_validator("listen")
    @classmethod
    def _loopback_only(cls, value: str) -> str:
        return require_loopback(value)

    @field_validator("staff")
    @classmethod
    def _ports_apart(cls, value: StaffSettings, info: ValidationInfo) -> StaffSettings:
        if value.listen and value.listen == info.data.get("listen"):
            raise ValueError("listen must be another port than that of the visitor's screens")
        return value

    @field_validator("eligibility")
    @classmethod
    def _terminal_is_there(cls, value: EligibilitySettings, info: ValidationInfo) -> EligibilitySettings:
        terminal = info.data.get("terminal")
        if "terminal" in value.sources and isinstance(terminal, TerminalSettings) and terminal.req is None:
            raise ValueError("sources: terminal needs terminal.req, terminal.res and terminal.institution")
        return value

    @field_validator("webhook")
    @classmethod
    def _one_of_each_address(cls, value: list[WebhookSettings]) -> list[WebhookSettings]:
        if len({one.url for one in value}) < len(value):
            raise ValueError("one url is there twice")
        return value

    def options_of(self, driver: str) -> ReaderOptions | None:
        """Return the section of a reader driver; None if the settings have none."""
        sections = {key: value for key, value in self if isinstance(value, ReaderOptions)}
        return sections.get(driver)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port to listen on."""
        return address_of(self.listen)

    @property
    def site_key_path(self) -> Path:
        """The path of the site key."""
        return self.site_key_file or self.data_dir / "site-key"

    @property
    def named_files(self) -> dict[str, list[Path]]:
        """The files and folders that settings name, by key; each must be there."""
        one = {"policy": self.policy, "site_key_file": self.site_key_file, "documents.insurer": self.documents.insurer}
        one |= {"orca.password_file": self.orca.password_file, "orca.ca_file": self.orca.ca_file}
        for number, hook in enumerate(self.webhook):
            one |= {f"webhook.{number}.secret_file": hook.secret_file, f"webhook.{number}.ca_file": hook.ca_file}
        many = {"identity.trust": self.identity.trust, "identity.crl": self.identity.crl}
        return {**many, "card.profiles": self.card.profiles} | {key: [path] for key, path in one.items() if path}


def is_reserved(driver: str) -> bool:
    """Return whether a driver cannot have this name, for the settings use it for something else."""
    return driver in {*by_key(Settings), *dir(Settings)}


def settings_with(drivers: Iterable[str]) -> type[Settings]:
    """Return the model of the settings with a section for each of these drivers that is installed. Raises PluginError.

    A driver with a reserved name has no section.
    """
    sections = [name for name in drivers if not is_reserved(name)]
    installed = installed_plugins() if sections else []
    models: dict[str, Any] = {name: (plugin_named(name).options, ...) for name in sections if name in installed}
    return create_model("Settings", __base__=Settings, **models) if models else Settings


def require_loopback(value: str) -> str:
    """Return ``value`` if it is a loopback address with a port. Raises ValueError."""
    match = _LOOPBACK.fullmatch(value)
    if not match or int(match[2]) > 65535:
        raise ValueError("must be a loopback address with a port, such as 127.0.0.1:8460")
    return value


def address_of(listen: str) -> tuple[str, int]:
    """Return host and port of an address that a setting names."""
    host, port = listen.rsplit(":", 1)
    return host.strip("[]"), int(port)


def settings_file(config: Path | None, environ: Mapping[str, str] | None = None) -> Path | None:
    """Return the settings' file: that of the command, else that of KIOSK_CONFIG (empty: none), else None."""
    named = (os.environ if environ is None else environ).get(CONFIG)
    return config or (Path(named) if named else None)


def load(config: Path | None = None, environ: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of a TOML file, of KIOSK_CONFIG's, or the defaults. Raises SettingsError.

    The other variables of the environment override the file.

    Relative paths count from the working directory, whether they come from the file, the environment or the defaults:
    one rule, which also holds within the URL of a database.
    """
    environ = os.environ if environ is None else environ
    where, table = "the defaults", {}
    if file := settings_file(config, environ):
        where = str(file) if config else f"{CONFIG}: {file}"
        table = _read(file, where)
    model = _model(table, environ, where)
    merged = _merge(table, from_environ(environ, model))
    try:
        settings = model.model_validate_json(json.dumps(merged, default=str), strict=True)
    except ValidationError as error:
        key, message = first_problem(error)
        raise SettingsError(f"{_origin(key, where, environ)}: {key}: {message}") from None
    _require_files(settings, lambda key: _origin(key, where, environ))
    return settings


def _model(table: Mapping[str, object], environ: Mapping[str, str], where: str) -> type[Settings]:
    """Return the model for what file and environment set."""
    try:
        return settings_with(dict.fromkeys([*table, *(path_of(variable)[0] for variable in variables(environ))]))
    except PluginError as error:
        raise SettingsError(f"{where}: {error}") from None


def _origin(key: str, file: str, environ: Mapping[str, str]) -> str:
    """Return who set ``key``: a variable, or else the file."""
    parts = key.upper().split(".")
    variables = (PREFIX + "__".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((variable for variable in variables if variable in environ), file)


def _require_files(settings: Settings, origin: Callable[[str], str]) -> None:
    for key, paths in settings.named_files.items():
        for path in paths:
            if key not in _MAY_COME_LATER and not _exists(path):
                raise SettingsError(f"{origin(key)}: {key}: no such file or folder: {path}")


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


def _read(path: Path, where: str) -> dict[str, object]:
    try:
        return parse_toml(read_bounded(path, _MAX_FILE))
    except FileError as error:
        raise SettingsError(f"{where}: {error}") from None
    except TomlError as error:
        raise SettingsError(f"{where}: not TOML: {error}") from None


def _merge(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merge(merged[key], value) if both else value
    return merged


def first_problem(error: ValidationError) -> tuple[str, str]:
    """Return the key and the message of the first problem."""
    problem = error.errors(include_input=False, include_url=False)[0]
    key = ".".join(shown(str(part)) for part in problem["loc"])
    message = "there is no such setting" if problem["type"] == "extra_forbidden" else problem["msg"]
    return key, message.removeprefix("Value error, ")
