"""The canonical addresses that are written into resources.

Those of JP Core were compared with the sources of its implementation guide (JP_Coverage.fsh, aliases-jpcore.fsh,
namingSystemForIdentifier.fsh, September 2025). `urn:kiosk:…` are our own code systems (docs/fhir.md).
"""

from __future__ import annotations

from typing import Final

_JP_CORE: Final = "http://jpfhir.jp/fhir/core"

JP_COVERAGE: Final = f"{_JP_CORE}/StructureDefinition/JP_Coverage"
JP_ORGANIZATION: Final = f"{_JP_CORE}/StructureDefinition/JP_Organization"
JP_PATIENT: Final = f"{_JP_CORE}/StructureDefinition/JP_Patient"

_COVERAGE_EXTENSION: Final = f"{_JP_CORE}/Extension/StructureDefinition/JP_Coverage_"
INSURED_PERSON_SYMBOL: Final = f"{_COVERAGE_EXTENSION}InsuredPersonSymbol"
INSURED_PERSON_NUMBER: Final = f"{_COVERAGE_EXTENSION}InsuredPersonNumber"
INSURED_PERSON_SUB_NUMBER: Final = f"{_COVERAGE_EXTENSION}InsuredPersonSubNumber"

MEMBER_ID: Final = "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
"""被保険者個人識別子: 保険者番号 (8 digits), 記号, 番号 and 枝番 between colons."""
COVERAGE_CSV: Final = f"{_JP_CORE}/IdSystem/JP_Coverage_id"
"""被保険者識別子 (CSV形式): the same four in quotes, between commas."""
INSURER_NUMBER: Final = f"{_JP_CORE}/mhlw/IdSystem/InsurerNumber"
"""保険者番号: the default of ``fhir.payer_system``."""

INSURED_PERSON_CATEGORY: Final = f"{_JP_CORE}/mhlw/CodeSystem/InsuredPersonCategory"
INSURED_PERSON_CATEGORY_OID: Final = "urn:oid:1.2.392.100495.20.2.62"
"""The same list (1 被保険者, 2 被扶養者) under the name that documents of the ministry give it."""

ACT_CODE: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SUBSCRIBER_RELATIONSHIP: Final = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"
COPAY_TYPE: Final = "http://terminology.hl7.org/CodeSystem/coverage-copay-type"
BENEFIT_TYPE: Final = "http://terminology.hl7.org/CodeSystem/benefit-type"
ORGANIZATION_TYPE: Final = "http://terminology.hl7.org/CodeSystem/organization-type"
NAME_REPRESENTATION: Final = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
UNITS: Final = "http://unitsofmeasure.org"
SUBMIT: Final = "http://hl7.org/fhir/OperationDefinition/CoverageEligibilityRequest-submit"

DOCUMENT: Final = "urn:kiosk:document"
FAILURE: Final = "urn:kiosk:failure"
REFUSAL: Final = "urn:kiosk:refusal"
DECISION: Final = "urn:kiosk:decision"
