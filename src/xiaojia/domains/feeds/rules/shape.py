"""What must an HSDS 3.0 object look like? The standard's fields in our own short words: name, `!` = required, kind.

Written after the published documentation of openreferral/specification 3.0; a test compares it with the official
schemas field by field. Kinds: text, number, uuid, uri, email, instant, a|b|c (one of these), name (an object of that
name), [name] (a list of them).
"""

from functools import lru_cache
from typing import Any

_EVERY = "attributes:[attribute] metadata:[metadata]"
SHAPES = {
    "service": "id!:uuid organization_id:uuid program_id:uuid name!:text alternate_name:text description:text url:uri"
    " email:email status!:active|inactive|defunct|temporarily_closed interpretation_services:text"
    " application_process:text fees_description:text wait_time:text fees:text accreditations:text"
    " eligibility_description:text minimum_age:number maximum_age:number assured_date:text assurer_email:email"
    " licenses:text alert:text last_modified:instant phones:[phone] schedules:[schedule] service_areas:[service_area]"
    " service_at_locations:[service_at_location] languages:[language] organization:organization funding:[funding]"
    " cost_options:[cost_option] program:program required_documents:[required_document] contacts:[contact] " + _EVERY,
    "service_at_location": "id!:uuid service_id:uuid location_id:uuid description:text contacts:[contact] phones:[phone]"
    " schedules:[schedule] location:location service:service " + _EVERY,
    "organization": "id!:uuid name!:text alternate_name:text description!:text email:email website:uri tax_status:text"
    " tax_id:text year_incorporated:number legal_status:text logo:uri uri:uri parent_organization_id:uuid"
    " funding:[funding] contacts:[contact] phones:[phone] locations:[location] programs:[program]"
    " organization_identifiers:[organization_identifier] services:[service_in_short] " + _EVERY,
    "location": "id!:uuid location_type!:physical|postal|virtual url:uri organization_id:uuid name:text"
    " alternate_name:text description:text transportation:text latitude:number longitude:number"
    " external_identifier:text external_identifier_type:text languages:[language] addresses:[address]"
    " contacts:[contact] accessibility:[accessibility] phones:[phone] schedules:[schedule] " + _EVERY,
    "schedule": "id!:uuid service_id:uuid location_id:uuid service_at_location_id:uuid valid_from:text valid_to:text"
    " dtstart:text timezone:number until:text count:number wkst:MO|TU|WE|TH|FR|SA|SU freq:WEEKLY|MONTHLY"
    " interval:number byday:text byweekno:text bymonthday:text byyearday:text description:text opens_at:text"
    " closes_at:text schedule_link:uri attending_type:text notes:text " + _EVERY,
    "phone": "id!:uuid location_id:uuid service_id:uuid organization_id:uuid contact_id:uuid"
    " service_at_location_id:uuid number!:text extension:number type:text description:text languages:[language] "
    + _EVERY,
    "contact": "id!:uuid organization_id:uuid service_id:uuid service_at_location_id:uuid location_id:uuid name:text"
    " title:text department:text email:email phones:[phone] " + _EVERY,
    "address": "id!:uuid location_id:uuid attention:text address_1!:text address_2:text city!:text region:text"
    " state_province!:text postal_code!:text country!:text address_type!:physical|postal|virtual " + _EVERY,
    "accessibility": "id!:uuid location_id:uuid description:text details:text url:uri " + _EVERY,
    "language": "id!:uuid service_id:uuid location_id:uuid phone_id:uuid name:text code:text note:text " + _EVERY,
    "service_area": "id!:uuid service_id:uuid name:text description:text extent:text extent_type:text uri:text "
    + _EVERY,
    "funding": "id!:uuid organization_id:uuid service_id:uuid source:text " + _EVERY,
    "cost_option": "id!:uuid service_id:uuid valid_from:text valid_to:text option:text currency:text amount:number"
    " amount_description:text " + _EVERY,
    "program": "id!:uuid organization_id:uuid name!:text alternate_name:text description!:text " + _EVERY,
    "required_document": "id!:uuid service_id:uuid document:text uri:uri " + _EVERY,
    "organization_identifier": "id!:uuid organization_id:uuid identifier_scheme:text identifier_type!:text"
    " identifier!:text " + _EVERY,
    "attribute": "id!:uuid link_id:uuid taxonomy_term_id:uuid link_type:text link_entity:text value:text"
    " taxonomy_term:taxonomy_term metadata:[metadata]",
    "taxonomy_term": "id!:uuid code:text name!:text description!:text parent_id:uuid taxonomy:text"
    " taxonomy_detail:taxonomy language:text taxonomy_id:uuid term_uri:uri metadata:[metadata]",
    "taxonomy": "id!:uuid name!:text description!:text uri:uri version:text metadata:[metadata]",
    "metadata": "id!:uuid resource_id:uuid resource_type:text last_action_date!:text last_action_type!:text"
    " field_name!:text previous_value!:text replacement_value!:text updated_by!:text",
    "service_in_short": "id!:uuid",
}
PAGE = "total_items!:integer total_pages!:integer page_number!:integer size!:integer first_page!:yes last_page!:yes empty!:yes"
PLAIN: dict[str, dict[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "integer": {"type": "integer"},
    "yes": {"type": "boolean"},
    "uuid": {"type": "string", "format": "uuid"},
    "uri": {"type": "string", "format": "uri"},
    "email": {"type": "string", "format": "email"},
    "instant": {"type": "string", "format": "date-time"},
}


@lru_cache(maxsize=8)
def schemas(prefix: str = "#/$defs/") -> dict[str, dict[str, Any]]:
    """Return the JSON Schema (2020-12) of each object, pointing to one another below `prefix`."""
    return {name: _schema(words, prefix) for name, words in SHAPES.items()}


def _schema(words: str, prefix: str) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    required = []
    for word in words.split():
        name, kind = word.split(":", 1)
        if name.endswith("!"):
            name = name[:-1]
            required.append(name)
        properties[name] = _kind(kind, prefix)
    return {"type": "object", "properties": properties, "required": required}


def _kind(kind: str, prefix: str) -> dict[str, Any]:
    if kind in PLAIN:
        return PLAIN[kind]
    if kind.startswith("["):
        return {"type": "array", "items": {"$ref": prefix + kind[1:-1]}}
    if "|" in kind:
        return {"type": "string", "enum": kind.replace("temporarily_closed", "temporarily closed").split("|")}
    return {"$ref": prefix + kind}


def page_of(name: str, prefix: str) -> dict[str, Any]:
    """Return the schema of a page whose contents are objects of a name."""
    found = _schema(PAGE, prefix)
    found["properties"] |= {"contents": {"type": "array", "items": {"$ref": prefix + name}}}
    return found | {"required": [*found["required"], "contents"]}


def standing_alone(name: str) -> dict[str, Any]:
    """Return the schema of one object with all that it points to, for a validator."""
    return {"$ref": f"#/$defs/{name}", "$defs": schemas()}
