"""In which regions of the world a language is written, and by which clocks those regions live.

Regions are those of ISO 3166, as BCP 47 language tags name them (RFC 5646).
"""


def _table(said: str) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values.split(",")) for name, values in (pair.split("=") for pair in said.split())}


WRITTEN_IN = _table(
    """
    aa=ET af=ZA ak=GH am=ET ar=SA,EG,DZ,SD as=IN ay=BO,PE az=IR,AZ be=BY bg=BG bm=ML bn=BD,IN bo=CN bs=BA ca=ES
    cs=CZ cy=GB da=DK de=DE dv=MV ee=GH el=GR et=EE eu=ES fa=IR,AF ff=SN,CM fi=FI fil=PH fj=FJ fy=NL ga=IE gl=ES
    gn=PY gu=IN ha=NG he=IL hi=IN hr=HR ht=HT hu=HU,RO id=ID ig=NG ii=CN in=ID is=IS it=IT iw=IL ja=JP jv=ID ka=GE
    kg=CD ki=KE kj=NA kk=KZ km=KH kn=IN ko=KR ks=IN ku=TR,DE ky=KG,CN lg=UG ln=CD,AO lo=LA lt=LT lu=CD lv=LV mg=MG
    mk=MK,GR ml=IN mn=CN,MN mr=IN ms=MY,ID mt=MT my=MM nb=NO nd=ZW ne=NP,IN ng=NA nl=NL nn=NO no=NO nr=ZA ny=MW
    om=ET or=IN pa=PK,IN pl=PL ps=PK,AF qu=PE,BO rn=BI ro=RO rw=RW,UG sc=IT sd=PK,IN sg=CF si=LK sk=SK sl=SI sn=ZW
    so=SO sq=AL sr=RS ss=ZA st=ZA su=ID sv=SE,FI sw=TZ,CD ta=IN te=IN tg=TJ th=TH ti=ET tk=TM,IR tl=PH tn=ZA tr=TR
    ts=MZ ug=CN uk=UA ur=PK,IN uz=UZ ve=ZA vi=VN wo=SN xh=ZA yo=NG za=CN zh=CN zu=ZA
    """
)
"""Where a language is at home: by the clocks of these regions live nine in ten or more of those who write it.

From the populations of Unicode CLDR's territory-language data; who learned it at school was left out for German. A
language whose writers' clocks lie more than three hours apart stands here not at all, such as English, Spanish, French,
Portuguese and Russian.
"""

ZONES = _table(
    """
    AD=Europe/Andorra AE=Asia/Dubai AF=Asia/Kabul AG=America/Antigua AI=America/Anguilla AL=Europe/Tirane
    AM=Asia/Yerevan AO=Africa/Luanda AR=America/Argentina/Buenos_Aires AS=Pacific/Pago_Pago AT=Europe/Vienna
    AU=Australia/Sydney,Australia/Brisbane,Australia/Adelaide,Australia/Perth AW=America/Aruba AX=Europe/Mariehamn
    AZ=Asia/Baku BA=Europe/Sarajevo BB=America/Barbados BD=Asia/Dhaka BE=Europe/Brussels BF=Africa/Ouagadougou
    BG=Europe/Sofia BH=Asia/Bahrain BI=Africa/Bujumbura BJ=Africa/Porto-Novo BL=America/St_Barthelemy
    BM=Atlantic/Bermuda BN=Asia/Brunei BO=America/La_Paz BQ=America/Kralendijk BR=America/Sao_Paulo,America/Manaus
    BS=America/Nassau BT=Asia/Thimphu BW=Africa/Gaborone BY=Europe/Minsk BZ=America/Belize
    CA=America/St_Johns,America/Halifax,America/Toronto,America/Winnipeg,America/Edmonton,America/Vancouver
    CC=Indian/Cocos CD=Africa/Kinshasa,Africa/Lubumbashi CF=Africa/Bangui CG=Africa/Brazzaville CH=Europe/Zurich
    CI=Africa/Abidjan CK=Pacific/Rarotonga CL=America/Santiago CM=Africa/Douala CN=Asia/Shanghai CO=America/Bogota
    CR=America/Costa_Rica CU=America/Havana CV=Atlantic/Cape_Verde CW=America/Curacao CX=Indian/Christmas
    CY=Asia/Nicosia CZ=Europe/Prague DE=Europe/Berlin DJ=Africa/Djibouti DK=Europe/Copenhagen DM=America/Dominica
    DO=America/Santo_Domingo DZ=Africa/Algiers EC=America/Guayaquil EE=Europe/Tallinn EG=Africa/Cairo
    EH=Africa/El_Aaiun ER=Africa/Asmara ES=Europe/Madrid,Atlantic/Canary ET=Africa/Addis_Ababa FI=Europe/Helsinki
    FJ=Pacific/Fiji FK=Atlantic/Stanley FM=Pacific/Chuuk,Pacific/Pohnpei FO=Atlantic/Faroe FR=Europe/Paris
    GA=Africa/Libreville GB=Europe/London GD=America/Grenada GE=Asia/Tbilisi GF=America/Cayenne GG=Europe/Guernsey
    GH=Africa/Accra GI=Europe/Gibraltar GL=America/Nuuk GM=Africa/Banjul GN=Africa/Conakry GP=America/Guadeloupe
    GQ=Africa/Malabo GR=Europe/Athens GS=Atlantic/South_Georgia GT=America/Guatemala GU=Pacific/Guam
    GW=Africa/Bissau GY=America/Guyana HK=Asia/Hong_Kong HN=America/Tegucigalpa HR=Europe/Zagreb
    HT=America/Port-au-Prince HU=Europe/Budapest ID=Asia/Jakarta,Asia/Makassar,Asia/Jayapura IE=Europe/Dublin
    IL=Asia/Jerusalem IM=Europe/Isle_of_Man IN=Asia/Kolkata IO=Indian/Chagos IQ=Asia/Baghdad IR=Asia/Tehran
    IS=Atlantic/Reykjavik IT=Europe/Rome JE=Europe/Jersey JM=America/Jamaica JO=Asia/Amman JP=Asia/Tokyo
    KE=Africa/Nairobi KG=Asia/Bishkek KH=Asia/Phnom_Penh KI=Pacific/Tarawa,Pacific/Kiritimati KM=Indian/Comoro
    KN=America/St_Kitts KP=Asia/Pyongyang KR=Asia/Seoul KW=Asia/Kuwait KY=America/Cayman KZ=Asia/Almaty
    LA=Asia/Vientiane LB=Asia/Beirut LC=America/St_Lucia LI=Europe/Vaduz LK=Asia/Colombo LR=Africa/Monrovia
    LS=Africa/Maseru LT=Europe/Vilnius LU=Europe/Luxembourg LV=Europe/Riga LY=Africa/Tripoli MA=Africa/Casablanca
    MC=Europe/Monaco MD=Europe/Chisinau ME=Europe/Podgorica MF=America/Marigot MG=Indian/Antananarivo
    MH=Pacific/Majuro MK=Europe/Skopje ML=Africa/Bamako MM=Asia/Yangon MN=Asia/Ulaanbaatar,Asia/Hovd MO=Asia/Macau
    MP=Pacific/Saipan MQ=America/Martinique MR=Africa/Nouakchott MS=America/Montserrat MT=Europe/Malta
    MU=Indian/Mauritius MV=Indian/Maldives MW=Africa/Blantyre
    MX=America/Cancun,America/Mexico_City,America/Hermosillo,America/Tijuana MY=Asia/Kuala_Lumpur MZ=Africa/Maputo
    NA=Africa/Windhoek NC=Pacific/Noumea NE=Africa/Niamey NF=Pacific/Norfolk NG=Africa/Lagos NI=America/Managua
    NL=Europe/Amsterdam NO=Europe/Oslo NP=Asia/Kathmandu NR=Pacific/Nauru NU=Pacific/Niue NZ=Pacific/Auckland
    OM=Asia/Muscat PA=America/Panama PE=America/Lima PF=Pacific/Tahiti,Pacific/Marquesas
    PG=Pacific/Port_Moresby,Pacific/Bougainville PH=Asia/Manila PK=Asia/Karachi PL=Europe/Warsaw PM=America/Miquelon
    PN=Pacific/Pitcairn PR=America/Puerto_Rico PS=Asia/Gaza PT=Europe/Lisbon,Atlantic/Azores PW=Pacific/Palau
    PY=America/Asuncion QA=Asia/Qatar RE=Indian/Reunion RO=Europe/Bucharest RS=Europe/Belgrade
    RU=Europe/Moscow,Europe/Samara,Asia/Yekaterinburg,Asia/Omsk,Asia/Novosibirsk,Asia/Irkutsk,Asia/Yakutsk,Asia/Vladivostok
    RW=Africa/Kigali SA=Asia/Riyadh SB=Pacific/Guadalcanal SC=Indian/Mahe SD=Africa/Khartoum SE=Europe/Stockholm
    SG=Asia/Singapore SH=Atlantic/St_Helena SI=Europe/Ljubljana SJ=Arctic/Longyearbyen SK=Europe/Bratislava
    SL=Africa/Freetown SM=Europe/San_Marino SN=Africa/Dakar SO=Africa/Mogadishu SR=America/Paramaribo SS=Africa/Juba
    ST=Africa/Sao_Tome SV=America/El_Salvador SX=America/Lower_Princes SY=Asia/Damascus SZ=Africa/Mbabane
    TC=America/Grand_Turk TD=Africa/Ndjamena TF=Indian/Kerguelen TG=Africa/Lome TH=Asia/Bangkok TJ=Asia/Dushanbe
    TK=Pacific/Fakaofo TL=Asia/Dili TM=Asia/Ashgabat TN=Africa/Tunis TO=Pacific/Tongatapu TR=Europe/Istanbul
    TT=America/Port_of_Spain TV=Pacific/Funafuti TW=Asia/Taipei TZ=Africa/Dar_es_Salaam UA=Europe/Kyiv
    UG=Africa/Kampala US=America/New_York,America/Chicago,America/Denver,America/Phoenix,America/Los_Angeles
    UY=America/Montevideo UZ=Asia/Tashkent VA=Europe/Vatican VC=America/St_Vincent VE=America/Caracas
    VG=America/Tortola VI=America/St_Thomas VN=Asia/Ho_Chi_Minh VU=Pacific/Efate WF=Pacific/Wallis WS=Pacific/Apia
    XK=Europe/Belgrade YE=Asia/Aden YT=Indian/Mayotte ZA=Africa/Johannesburg ZM=Africa/Lusaka ZW=Africa/Harare
    """
)
"""The time zones of each region, from zone.tab of the tz database (public domain).

Of a region with several, those in which about one in a hundred of its people live, one for each clock.
"""
