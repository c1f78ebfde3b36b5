//! The stories themselves, cloud by cloud (domain.md §7, the checklist for seed data). What each
//! shows stands in the table of the module above.

use super::offers::{
    ARCHIVING, AUDIO, AZURE, AZURE_GOVERNMENT, BUSINESS_PREMIUM, CALLING, E1, E3, E3_TRIAL, E4, E5,
    EMS_E3, ESSENTIALS, EXCHANGE, FACULTY, GERMAN_ARCHIVING, GERMAN_AZURE, GERMAN_E3,
    GERMAN_PREMIUM, GERMAN_TRIAL, GOVERNMENT_E3, INTUNE, M365_BUSINESS, M365_E3, MINECRAFT,
    NONPROFIT_E1, NONPROFIT_EMS, NONPROFIT_PREMIUM, O365_BUSINESS, PHONE, POWER_BI, PREMIUM_TRIAL,
    PROJECT, RIGHTS, SALES, STORAGE, STUDENTS, THREATS, VISIO,
};
use super::stories::Opened::{Ago, On, YearBefore};
use super::stories::{Story, held, story};
use subscription_rules::SuspensionReason::{CustomerRequest, Fraud, NonPayment};
use subscription_rules::{Cloud, Qualifications};

const NONE: Qualifications = Qualifications::ALL[0];
const EDUCATION: Qualifications = Qualifications::ALL[1];
const NONPROFIT: Qualifications = Qualifications::ALL[2];
const GOVERNMENT: Qualifications = Qualifications::ALL[3];
const STATE_OWNED: Qualifications = Qualifications::ALL[4];

/// The stories of a cloud.
pub(super) const fn of(cloud: Cloud) -> &'static [Story] {
    match cloud {
        Cloud::Commercial => COMMERCIAL,
        Cloud::UsGovernment => US_GOVERNMENT,
        Cloud::Germany => GERMANY,
        Cloud::China => &[],
    }
}

const COMMERCIAL: &[Story] = &[
    story(
        1,
        "Contoso Ltd",
        "contoso",
        &[
            held(E3, 140, Ago(900)).assigned(131),
            held(EMS_E3, 140, Ago(900)).assigned(120),
            held(POWER_BI, 15, Ago(300)).annual().named("Controlling").assigned(15),
            held(VISIO, 6, Ago(45)),
        ],
    ),
    story(
        2,
        "Fabrikam GmbH",
        "fabrikam",
        &[
            held(BUSINESS_PREMIUM, 12, On(2017, 2, 1)).assigned(11),
            held(AUDIO, 4, On(2017, 9, 4)).under(0).assigned(4),
            held(M365_BUSINESS, 25, Ago(220))
                .annual()
                .named("Head office")
                .assigned(22)
                .stopped(78, NonPayment),
            held(EXCHANGE, 30, Ago(420)).named("Workshop").assigned(26),
            held(PROJECT, 3, Ago(110)).assigned(3),
            held(ESSENTIALS, 8, Ago(700)).named("Interns").stopped(200, CustomerRequest),
            held(VISIO, 2, Ago(640)).stopped(160, CustomerRequest),
        ],
    )
    .of("DE", NONE),
    story(
        3,
        "Adatum Corporation",
        "adatum",
        &[
            held(E3, 45, On(2018, 2, 1)).assigned(40).stopped(20, NonPayment),
            held(EXCHANGE, 10, Ago(60)).assigned(9),
        ],
    ),
    story(
        4,
        "Northwind Traders",
        "northwindtraders",
        &[held(BUSINESS_PREMIUM, 60, On(2017, 7, 16)).assigned(58).stopped(35, CustomerRequest)],
    ),
    story(
        5,
        "Litware, Inc.",
        "litware",
        &[held(E1, 80, Ago(500)).assigned(77).by_vendor(9), held(AZURE, 1, Ago(480))],
    ),
    story(
        6,
        "Proseware Ltd",
        "proseware",
        &[
            held(M365_E3, 35, Ago(370)).assigned(30).cancelled(15),
            held(ESSENTIALS, 20, Ago(100)).assigned(18),
        ],
    )
    .of("GB", NONE),
    story(
        7,
        "School of Fine Art",
        "fineartschool",
        &[
            held(FACULTY, 55, Ago(600)).assigned(51),
            held(STUDENTS, 480, Ago(600)).annual().assigned(455),
            held(MINECRAFT, 120, Ago(210)).annual().named("Game design course"),
        ],
    )
    .of("US", EDUCATION),
    story(
        8,
        "Graphic Design Institute",
        "graphicdesigninstitute",
        &[
            held(NONPROFIT_PREMIUM, 40, Ago(330)).assigned(33),
            held(NONPROFIT_EMS, 50, Ago(330)),
            held(AUDIO, 5, Ago(200)).under(0),
        ],
    )
    .of("US", NONPROFIT),
    story(
        9,
        "Lucerne Relief Fund",
        "lucernerelief",
        &[held(NONPROFIT_E1, 300, Ago(450)).assigned(214).stopped(30, CustomerRequest)],
    )
    .of("CH", NONPROFIT),
    story(
        10,
        "Woodgrove County",
        "woodgrovecounty",
        &[held(GOVERNMENT_E3, 95, Ago(700)).assigned(92), held(RIGHTS, 95, Ago(650)).annual()],
    )
    .of("US", GOVERNMENT),
    story(
        11,
        "City Power & Light",
        "citypowerlight",
        &[held(E5, 210, Ago(390)).annual().assigned(207), held(CALLING, 60, Ago(240)).under(0)],
    )
    .of("US", STATE_OWNED),
    story(
        12,
        "Wingtip Toys",
        "wingtiptoys",
        &[
            held(BUSINESS_PREMIUM, 30, Ago(800)).named("Stores").assigned(29),
            held(BUSINESS_PREMIUM, 12, Ago(300))
                .named("Holiday staff")
                .stopped(50, CustomerRequest),
        ],
    ),
    story(
        13,
        "Tailspin Toys",
        "tailspintoys",
        &[held(PREMIUM_TRIAL, 25, Ago(29)).assigned(17), held(EXCHANGE, 8, Ago(310)).assigned(8)],
    ),
    story(
        14,
        "Trey Research",
        "treyresearch",
        &[
            held(E3_TRIAL, 25, Ago(44)).assigned(25),
            held(ESSENTIALS, 18, Ago(260)).annual().assigned(14),
        ],
    ),
    story(
        15,
        "Woodgrove Bank",
        "woodgrovebank",
        &[
            held(E3, 75, Ago(640)).assigned(72).stopped(12, NonPayment),
            held(PHONE, 40, Ago(500)).under(0).stopped(12, NonPayment),
            held(CALLING, 25, Ago(320)).under(1).stopped(12, NonPayment),
            held(EMS_E3, 75, Ago(640)).assigned(70),
        ],
    ),
    story(
        16,
        "Consolidated Messenger",
        "consolidatedmessenger",
        &[held(E4, 50, YearBefore(40)).assigned(46), held(E3, 10, Ago(25)).named("Moving from E4")],
    ),
    story(
        17,
        "Alpine Ski House",
        "alpineskihouse",
        &[
            held(M365_BUSINESS, 22, Ago(220))
                .annual()
                .named("Winter season")
                .assigned(20)
                .stopped(90, NonPayment),
            held(O365_BUSINESS, 6, Ago(430)).assigned(6),
        ],
    )
    .of("CH", NONE),
    story(
        18,
        "Fourth Coffee",
        "fourthcoffee",
        &[held(ESSENTIALS, 9, Ago(520)).assigned(9).stopped(130, NonPayment)],
    )
    .of("IT", NONE),
    story(19, "Southridge Video", "southridgevideo", &[]),
    story(
        20,
        "Humongous Insurance",
        "humongousinsurance",
        &[held(E5, 850, Ago(1200)).annual().named("All employees").assigned(812)],
    )
    .more(59),
    story(
        21,
        "The Phone Company",
        "thephonecompany",
        &[
            held(E1, 40, Ago(280)).assigned(38),
            held(ARCHIVING, 40, Ago(200)).under(0).assigned(39),
            held(THREATS, 40, Ago(150)).under(0),
        ],
    )
    .of("GB", NONE),
    story(22, "Lucerne Publishing", "lucernepublishing", &[]).of("CH", NONE).advised(),
    story(
        23,
        "Coho Vineyard & Winery",
        "cohovineyard",
        &[held(E3, 28, Ago(150)).annual().assigned(25), held(STORAGE, 200, Ago(70)).under(0)],
    )
    .of("FR", NONE),
    story(24, "Blue Yonder Airlines", "blueyonderairlines", &[held(AZURE, 1, Ago(760))])
        .of("NL", NONE),
    story(
        25,
        "Wide World Importers",
        "wideworldimporters",
        &[
            held(E3, 90, Ago(450)).named("Headquarters").assigned(84),
            held(E3, 35, Ago(120)).annual().named("Seasonal planning").assigned(20),
            held(SALES, 12, Ago(90)).assigned(12),
        ],
    )
    .of("JP", NONE),
    story(
        26,
        "Margie's Travel",
        "margiestravel",
        &[
            held(M365_BUSINESS, 14, YearBefore(1)).annual().assigned(13),
            held(INTUNE, 14, YearBefore(6)).annual(),
        ],
    )
    .of("ES", NONE),
];

const US_GOVERNMENT: &[Story] = &[
    story(1, "Contoso County", "contosocounty", &[held(AZURE_GOVERNMENT, 1, Ago(700))])
        .of("US", GOVERNMENT),
    story(
        2,
        "Fabrikam City Council",
        "fabrikamcity",
        &[
            held(AZURE_GOVERNMENT, 1, Ago(420)).named("Maps").stopped(78, NonPayment),
            held(AZURE_GOVERNMENT, 1, Ago(200)).named("Archive"),
        ],
    )
    .of("US", GOVERNMENT),
    story(
        3,
        "Litware Port Authority",
        "litwareport",
        &[held(AZURE_GOVERNMENT, 1, Ago(500)).by_vendor(9)],
    )
    .of("US", GOVERNMENT),
    story(
        4,
        "Proseware County Library",
        "prosewarelibrary",
        &[held(AZURE_GOVERNMENT, 1, Ago(370)).named("Reading room").cancelled(15)],
    )
    .of("US", GOVERNMENT),
    story(
        5,
        "Alpine Township Fire District",
        "alpinefire",
        &[held(AZURE_GOVERNMENT, 1, Ago(410)).named("Dispatch").stopped(90, Fraud)],
    )
    .of("US", GOVERNMENT),
    story(
        6,
        "Fourth Street Parks",
        "fourthstreetparks",
        &[held(AZURE_GOVERNMENT, 1, Ago(520)).stopped(130, NonPayment)],
    )
    .of("US", GOVERNMENT),
    story(7, "Southridge School District", "southridgeschools", &[]).of("US", GOVERNMENT),
    story(8, "Lucerne Water District", "lucernewater", &[]).of("US", GOVERNMENT).advised(),
];

const GERMANY: &[Story] = &[
    story(
        1,
        "Contoso Deutschland GmbH",
        "contoso-de",
        &[
            held(GERMAN_PREMIUM, 60, Ago(700)).assigned(57),
            held(GERMAN_ARCHIVING, 20, Ago(330)).under(0),
            held(GERMAN_AZURE, 1, Ago(690)),
        ],
    )
    .of("DE", NONE),
    story(
        2,
        "Wingtip Spielwaren GmbH",
        "wingtip-de",
        &[held(GERMAN_PREMIUM, 25, Ago(450)).assigned(21).stopped(30, CustomerRequest)],
    )
    .of("DE", NONE),
    story(
        3,
        "Adatum AG",
        "adatum-de",
        &[held(GERMAN_E3, 45, On(2018, 2, 1)).assigned(40).stopped(20, NonPayment)],
    )
    .of("DE", NONE),
    story(
        4,
        "Northwind Handels GmbH",
        "northwind-de",
        &[held(GERMAN_E3, 60, On(2017, 7, 16)).assigned(58).stopped(35, CustomerRequest)],
    )
    .of("DE", NONE),
    story(5, "Litware Software GmbH", "litware-de", &[held(GERMAN_E3, 80, Ago(500)).by_vendor(9)])
        .of("DE", NONE),
    story(
        6,
        "Proseware Verlag GmbH",
        "proseware-de",
        &[held(GERMAN_E3, 35, Ago(370)).assigned(30).cancelled(15)],
    )
    .of("DE", NONE),
    story(
        7,
        "Tailspin Modellbau KG",
        "tailspin-de",
        &[held(GERMAN_TRIAL, 25, Ago(29)).assigned(17)],
    )
    .of("DE", NONE),
    story(8, "Trey Forschung AG", "trey-de", &[held(GERMAN_TRIAL, 25, Ago(44)).assigned(25)])
        .of("DE", NONE),
    story(
        9,
        "Woodgrove Bank AG",
        "woodgrove-de",
        &[
            held(GERMAN_E3, 75, Ago(640)).assigned(72).stopped(12, NonPayment),
            held(GERMAN_ARCHIVING, 40, Ago(320)).under(0).stopped(12, NonPayment),
        ],
    )
    .of("DE", NONE),
    story(
        10,
        "Alpine Ski House Tirol",
        "alpineskihouse-at",
        &[held(GERMAN_PREMIUM, 22, Ago(220))
            .annual()
            .named("Winter season")
            .stopped(90, NonPayment)],
    )
    .of("AT", NONE),
    story(
        11,
        "Fourth Coffee Wien",
        "fourthcoffee-at",
        &[held(GERMAN_PREMIUM, 9, Ago(520)).stopped(130, NonPayment)],
    )
    .of("AT", NONE),
    story(12, "Southridge Video GmbH", "southridge-de", &[]).of("DE", NONE),
    story(13, "Coho Weingut", "coho-de", &[held(GERMAN_E3, 28, Ago(150)).annual().assigned(25)])
        .of("DE", NONE),
    story(14, "Lucerne Verlag AG", "lucerne-ch", &[]).of("CH", NONE).advised(),
];
