//! The parameters of letters: what each may be, stated once.

use crate::codes;
use crate::letter::engineer::Engineer;
use crate::limits;
use rpc::{Choice, Wire};

rpc::text! {
    /// A company's name.
    pub struct CompanyName { min: 1, max: 128 }
}

rpc::text! {
    /// What a person is called, in any script.
    pub struct PersonName { min: 1, max: 64 }
}

rpc::text! {
    /// The number of an identity document: printable ASCII.
    pub struct CertificateNo { min: 4, max: 64, ascii: true }
}

rpc::text! {
    /// How somebody is reached: a telephone number or an address.
    pub struct ContactInfo { min: 3, max: 128 }
}

rpc::text! {
    /// A carrier's number of a line, or the label on its cable.
    pub struct LineMark { min: 1, max: 128 }
}

const _: () = assert!(limits::LETTER_COMPANY_CHARS_MAX == 128 && limits::LETTER_PERSON_CHARS_MAX == 64);
const _: () = assert!(limits::LETTER_LINE_CHARS_MAX == 128 && limits::LETTER_CERTIFICATE_CHARS_MAX == 64);
const _: () = assert!(limits::LETTER_CONTACT_CHARS_MAX == 128);

/// Kind of line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LineType {
    /// Multi-service transport.
    #[choice("MSTP")]
    Mstp,
    /// A private network over MPLS.
    #[choice("MPLSVPN")]
    MplsVpn,
    /// Bare fibre.
    #[choice("FIBRE")]
    Fibre,
    /// Something else.
    Other,
}

/// Kind of identity document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum CertificateType {
    /// An identity card.
    #[choice("IDCard")]
    IdCard,
    /// A passport.
    Passport,
}

/// An engineer's gender, as the document has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum Gender {
    /// Male.
    Male,
    /// Female.
    Female,
}

/// The carrier of a finished line: English names, and the Chinese ones of current clients. What was sent is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub enum LineServiceProvider {
    /// China Telecom.
    #[choice("China Telecom")]
    ChinaTelecom,
    /// China Unicom.
    #[choice("China Unicom")]
    ChinaUnicom,
    /// China Mobile.
    #[choice("China Mobile")]
    ChinaMobile,
    /// Another carrier in China.
    #[choice("Other ISPs in China")]
    OtherInChina,
    /// China Telecom, in Chinese.
    #[choice("中国电信")]
    ChinaTelecomZh,
    /// China Unicom, in Chinese.
    #[choice("中国联通")]
    ChinaUnicomZh,
    /// China Mobile, in Chinese.
    #[choice("中国移动")]
    ChinaMobileZh,
    /// Another carrier in China, in Chinese.
    #[choice("中国其他")]
    OtherInChinaZh,
}

/// An engineer whom the letter is to let in.
#[derive(Wire)]
pub struct PmInfo {
    /// Number of the identity document.
    #[wire(
        rename = "PMCertificateNo",
        missing = codes::MISSING_PARAM_PM_INFO,
        error = codes::ILLEGAL_PARAM_PM_CERTIFICATE_NO
    )]
    certificate_no: CertificateNo,
    /// Kind of identity document.
    #[wire(
        rename = "PMCertificateType",
        missing = codes::MISSING_PARAM_PM_INFO,
        error = codes::ILLEGAL_PARAM_PM_CERTIFICATE_TYPE
    )]
    certificate_type: CertificateType,
    /// How the engineer is reached.
    #[wire(
        rename = "PMContactInfo",
        missing = codes::MISSING_PARAM_PM_INFO,
        error = codes::ILLEGAL_PARAM_PM_CONTACT_INFO
    )]
    contact_info: ContactInfo,
    /// Gender.
    #[wire(rename = "PMGender", missing = codes::MISSING_PARAM_PM_INFO, error = codes::ILLEGAL_PARAM_PM_GENDER)]
    gender: Gender,
    /// Name.
    #[wire(rename = "PMName", missing = codes::MISSING_PARAM_PM_INFO, error = codes::ILLEGAL_PARAM_PM_NAME)]
    name: PersonName,
}

impl From<&PmInfo> for Engineer {
    fn from(sent: &PmInfo) -> Engineer {
        Engineer {
            name: sent.name.as_str().to_owned(),
            gender: sent.gender.as_str().to_owned(),
            certificate_type: sent.certificate_type.as_str().to_owned(),
            certificate_no: sent.certificate_no.as_str().to_owned(),
            contact: sent.contact_info.as_str().to_owned(),
        }
    }
}
