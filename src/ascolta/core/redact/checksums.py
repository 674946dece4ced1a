"""Check digits, each after its standard; every function takes the bare characters and says whether they are right."""

_VERHOEFF_TURNS = (
    "0123456789", "1576283094", "5803796142", "8916043527", "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip
_TWICE = str.maketrans("0123456789", "0246813579")
_DNI = "TRWAGMYFPDXBNJZSQVHLCKE"
_ODD = {
    char: value
    for values, chars in (
        ((1, 0, 5, 7, 9, 13, 15, 17, 19, 21), "0123456789"),
        ((1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18), "ABCDEFGHIJKLM"),
        ((20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23), "NOPQRSTUVWXYZ"),
    )
    for char, value in zip(chars, values, strict=True)
}


def luhn(digits: str) -> bool:
    """ISO/IEC 7812-1, as payment cards and the Swedish personnummer use it."""
    return (sum(map(int, digits[::-2])) + sum(map(int, digits[-2::-2].translate(_TWICE)))) % 10 == 0


def mod97(said: str) -> bool:
    """ISO 7064 MOD 97-10 over an IBAN, ISO 13616."""
    turned = (said[4:] + said[:4]).upper()
    return int("".join(str(int(char, 36)) for char in turned)) % 97 == 1


def verhoeff(digits: str) -> bool:
    """Verhoeff's dihedral check, as Aadhaar uses it."""
    check = 0
    for place, digit in enumerate(reversed(digits)):
        turned = int(_VERHOEFF_TURNS[place % 8][int(digit)])
        check = _dihedral(check, turned)
    return check == 0


def _dihedral(one: int, two: int) -> int:
    """The product of two elements of the dihedral group of order ten."""
    if one < 5:
        return (one + two) % 5 if two < 5 else 5 + (one + two - 5) % 5
    return 5 + (one - 5 - two) % 5 if two < 5 else (one - two) % 5


def nhs(digits: str) -> bool:
    """The United Kingdom's NHS number, modulus 11."""
    return (weighted(digits[:9], range(10, 1, -1)) + int(digits[9])) % 11 == 0


def dni(said: str) -> bool:
    """Spain's DNI and NIE: a letter by the remainder of 23."""
    number = said[:-1].upper().translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and _DNI[int(number) % 23] == said[-1].upper()


def codice_fiscale(said: str) -> bool:
    """Italy's codice fiscale: the sixteenth character checks fifteen."""
    upper = said.upper()
    even = sum(int(char) if char.isdigit() else ord(char) - 65 for char in upper[1:15:2])
    return chr(65 + (even + sum(_ODD[char] for char in upper[:15:2])) % 26) == upper[15]


def pesel(digits: str) -> bool:
    """Poland's PESEL: weights 1, 3, 7, 9 and a month and day that exist."""
    plausible = 1 <= int(digits[2:4]) % 20 <= 12 and 1 <= int(digits[4:6]) <= 31
    return plausible and (weighted(digits[:10], (1, 3, 7, 9) * 3) + int(digits[10])) % 10 == 0


def bsn(digits: str) -> bool:
    """The Netherlands' burgerservicenummer: the eleven test."""
    return (weighted(digits[:8], range(9, 1, -1)) - int(digits[8])) % 11 == 0 and digits.strip("0") != ""


def personnummer(digits: str) -> bool:
    """Sweden's personnummer: Luhn over ten digits, a month and a day (or one above 60, for a samordningsnummer)."""
    ten = digits[-10:]
    return 1 <= int(ten[2:4]) <= 12 and 1 <= int(ten[4:6]) % 60 <= 31 and luhn(ten)


def insee(digits: str) -> bool:
    """France's numéro de sécurité sociale: 97 less the remainder of thirteen digits."""
    return digits[0] in "12" and 97 - int(digits[:13]) % 97 == int(digits[13:])


def cpf(digits: str) -> bool:
    """Brazil's CPF: two check digits, and not one digit eleven times."""
    right = all(weighted(digits[:size], range(size + 1, 1, -1)) * 10 % 11 % 10 == int(digits[size]) for size in (9, 10))
    return right and len(set(digits)) > 1


def steuer_id(digits: str) -> bool:
    """Germany's Steuer-ID: ISO 7064 MOD 11,10, and one digit or two that come more than once."""
    product = 10
    for digit in digits[:10]:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return digits[0] != "0" and (11 - product) % 10 == int(digits[10]) and len(set(digits[:10])) in (8, 9)


def s10(said: str) -> bool:
    """A parcel's number after UPU S10."""
    check = 11 - weighted(said[2:10], (8, 6, 4, 2, 3, 5, 9, 7)) % 11
    return {10: 0, 11: 5}.get(check, check) == int(said[10])


def weighted(digits: str, weights: range | tuple[int, ...]) -> int:
    """The sum of digits, each times its weight."""
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))
