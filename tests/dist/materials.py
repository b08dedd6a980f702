"""The bill of materials (SBOM) of a product in CycloneDX 1.5, from the crates that it is linked from."""

import datetime
import json


def reference(crate):
    return f"pkg:cargo/{crate.name}@{crate.version}"


def component(crate, kind="library"):
    described = {
        "type": kind,
        "bom-ref": reference(crate),
        "name": crate.name,
        "version": crate.version,
        "licenses": [{"expression": crate.licence}],
    }
    if not crate.is_ours:  # of the package as the registry serves it
        described["purl"] = reference(crate)
        described["hashes"] = [{"alg": "SHA-256", "content": crate.checksum}]
    if crate.repository:
        described["externalReferences"] = [{"type": "vcs", "url": crate.repository}]
    return described


def bill(crates, kind, moment, rust):
    """JSON; `crates` has the product first; `rust` has the versions of the standard library that is in it, too: one for each compiler."""
    product, *others = crates
    standard = [
        {"type": "library", "bom-ref": f"rust-std@{version}", "name": "std", "version": version, "licenses": [{"expression": "MIT OR Apache-2.0"}]}
        for version in sorted(set(rust))
    ]
    standard_references = [library["bom-ref"] for library in standard]
    by_key = {crate.key: reference(crate) for crate in crates}
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {
            "timestamp": datetime.datetime.fromtimestamp(moment, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "component": component(product, kind),
        },
        "components": [*map(component, others), *standard],
        "dependencies": [
            *({"ref": reference(crate), "dependsOn": sorted(by_key[key] for key in crate.needs) + standard_references} for crate in crates),
            *({"ref": standard_reference} for standard_reference in standard_references),
        ],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
