"""The Faker provider: random identities of devices."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from uuid import UUID

from faker.providers import BaseProvider

from .catalogue import latest_systems, models
from .data.market import PLATFORMS
from .device import device, numberings
from .enrollment_ids import enrollment_id
from .hardware import ANDROID_ID, MAC_UUID, WINDOWS_HARDWARE_ID, wifi_numbering
from .mobile import imei_numbering, meid_numbering
from .model import Model
from .numbering import Numbering
from .owner import DeviceIdentity, Owner, Platform
from .owners import DEFAULT_DOMAIN, numbered, upn
from .push_addresses import BYTES, push_token
from .serials import apple
from .sim_cards import EIDS, ICCIDS, eid, iccid


class DeviceProvider(BaseProvider):
    """Phones, tablets and computers, with the identities by which management servers know them.

    An example::

        fake = Faker()
        fake.add_provider(DeviceProvider)
        fake.imei()             # '009188207423165'
        fake.device("ios")      # DeviceIdentity(model='iPhone15,2', ...)

    Methods that take a platform take ``"ios"`` (with iPadOS), ``"macos"``, ``"android"``, ``"windows"`` or a
    ``Platform``, choose one if none is given, and raise ``ValueError`` for another. Values can repeat, if rarely;
    ``fake.unique`` prevents it, and ``Fleet`` makes many unique devices without it.
    """

    # Faker sets this for included providers, but not for added ones.
    __use_weighting__ = True

    def device(self, platform: Platform | str | None = None) -> DeviceIdentity:
        """A device: a model, an OS version that it can run, and the identities that it has."""
        model = self._model(platform)
        system = latest_systems(model)(self.generator.random.randbytes(16))
        return device(model, system, {field: self._text(kind) for field, kind in numberings(model).items()})

    def device_platform(self) -> Platform:
        """A platform, weighted by its share of a company's fleet."""
        return Platform(self.random_element(OrderedDict(PLATFORMS)))

    def device_model(self, platform: Platform | str | None = None) -> str:
        """What people call a model: ``iPhone 14 Pro``, ``Galaxy S24``."""
        return self._model(platform).name

    def serial_number(self, platform: Platform | str | None = None) -> str:
        """A serial number in the form of the maker of a model of the platform."""
        return self._serial_number(self._model(platform))

    def apple_serial_number(self, randomised: bool | None = None) -> str:
        """Apple's: ten characters of the form in use since 2021, or twelve of the older one; by default of either."""
        if randomised is None:
            randomised = self.generator.random.random() < 0.8
        if randomised:
            return self._text(apple.RANDOMISED)
        return self._serial_number(self._of_maker("Apple", lambda model: model.code is not None))

    def samsung_serial_number(self) -> str:
        """Samsung's eleven characters, which begin with R and tell the month of manufacture."""
        return self._serial_number(self._of_maker("Samsung"))

    def pixel_serial_number(self) -> str:
        """Fourteen characters of a Google Pixel, which begin with the day of manufacture."""
        return self._serial_number(self._of_maker("Google"))

    def dell_service_tag(self) -> str:
        """Dell's seven characters."""
        return self._serial_number(self._of_maker("Dell"))

    def lenovo_serial_number(self) -> str:
        """The eight characters of a ThinkPad."""
        return self._serial_number(self._of_maker("Lenovo"))

    def hp_serial_number(self) -> str:
        """HP's ten characters, which tell the site and the week of manufacture."""
        return self._serial_number(self._of_maker("HP"))

    def motorola_serial_number(self) -> str:
        """Motorola's ten characters, which begin with ZY."""
        return self._serial_number(self._of_maker("Motorola"))

    def xiaomi_serial_number(self) -> str:
        """Xiaomi's eight hexadecimal digits."""
        return self._serial_number(self._of_maker("Xiaomi"))

    def zebra_serial_number(self) -> str:
        """Zebra's fourteen digits, which begin with the day of manufacture."""
        return self._serial_number(self._of_maker("Zebra"))

    def honeywell_serial_number(self) -> str:
        """Honeywell's ten characters, which begin with the day of manufacture."""
        return self._serial_number(self._of_maker("Honeywell"))

    def surface_serial_number(self) -> str:
        """The twelve digits of a Microsoft Surface."""
        return self._serial_number(self._of_maker("Microsoft"))

    def imei(self) -> str:
        """Fifteen digits: a type allocation code of a phone or tablet, a serial number, the Luhn digit."""
        platform = self.random_element((Platform.IOS, Platform.ANDROID))
        cellular = OrderedDict((model, share) for model, share in models(platform).items() if model.cellular)
        return self._text(imei_numbering(self.random_element(cellular)))

    def meid(self) -> str:
        """Fourteen hexadecimal digits, of which the first two are A0 or more."""
        return self._text(meid_numbering(self.random_element(("Apple", "Samsung", "Google"))))

    def udid(self) -> str:
        """Apple's device identifier of an iPhone or iPad, in the form of its generation: 40 digits or 8-16."""
        return self._text(numberings(self._model(Platform.IOS))["udid"])

    def mac_hardware_uuid(self) -> str:
        """A Mac's hardware UUID, which is its UDID."""
        return self._text(MAC_UUID)

    def android_id(self) -> str:
        """Sixteen hexadecimal digits."""
        return self._text(ANDROID_ID)

    def windows_device_id(self) -> str:
        """The hardware id of Windows enrollment (HWDevID): 64 hexadecimal digits in upper case."""
        return self._text(WINDOWS_HARDWARE_ID)

    def enrollment_id(self, platform: Platform | str = Platform.IOS) -> str:
        """What a device that its user enrolled tells instead of its serial number: a UUID, or Android's
        enrollment-specific id."""
        return enrollment_id(Platform(platform), self._bytes(16))

    def iccid(self) -> str:
        """Nineteen digits of a SIM card, with the Luhn digit; of no operator."""
        return iccid(self.generator.random.randrange(ICCIDS))

    def eid(self) -> str:
        """Thirty-two digits of an eSIM, with the check digits; of no maker."""
        return eid(self.generator.random.randrange(EIDS))

    def push_token(self, platform: Platform | str = Platform.IOS) -> str:
        """Where a push service reaches an app: a token of APNs (64 hexadecimal digits), of FCM, or a channel URI of
        WNS."""
        return push_token(Platform(platform), self._bytes(BYTES))

    def push_magic(self) -> str:
        """The UUID that an Apple device expects in each push of its management server."""
        return str(UUID(bytes=self._bytes(16), version=4)).upper()

    def wifi_mac(self, maker: str | None = None) -> str:
        """A Wi-Fi MAC address with an identifier of ``Apple``, ``Samsung``, ``Google``, or Intel for other makers."""
        return self._text(wifi_numbering(maker or self.random_element(("Apple", "Samsung", "Google", "Intel"))))

    def owner(self, domain: str = DEFAULT_DOMAIN) -> Owner:
        """A person with a user principal name, by the person provider of the locale."""
        first_name, last_name = self._full_name()
        return Owner(f"{first_name} {last_name}", upn(first_name, last_name, domain))

    def owners(self, count: int, domain: str = DEFAULT_DOMAIN) -> tuple[Owner, ...]:
        """``count`` people of one company, with unique user principal names: the second of a name gets a 2."""
        return tuple(numbered((self._full_name() for _ in range(count)), domain))

    def _bytes(self, count: int) -> bytes:
        return bytes(self.generator.random.randbytes(count))

    def _full_name(self) -> tuple[str, str]:
        return self.generator.first_name(), self.generator.last_name()

    def _model(self, platform: Platform | str | None) -> Model:
        return self.random_element(models(self.device_platform() if platform is None else Platform(platform)))

    def _of_maker(self, maker: str, fits: Callable[[Model], bool] = lambda model: True) -> Model:
        every = (item for platform in Platform for item in models(platform).items())
        found = OrderedDict((model, share) for model, share in every if model.maker == maker and fits(model))
        return self.random_element(found)

    def _serial_number(self, model: Model) -> str:
        return self._text(numberings(model)["serial_number"])

    def _text(self, numbering: Numbering) -> str:
        return numbering.write(self.generator.random.randrange(numbering.size))
