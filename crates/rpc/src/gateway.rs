//! The codes a gateway answers with before any product is asked (protocol contract §6).
//!
//! Codes that speak of a resource, a region or a state belong to the product and must not be added here.

use crate::code::Code;

macro_rules! codes {
    ($($(#[$doc:meta])* $ident:ident = $name:literal, $status:literal, $message:literal;)*) => {
        $($(#[$doc])* pub static $ident: Code = Code::new($name, $status, $message);)*

        /// Every code of this module, in the order of its declaration.
        pub static ALL: &[&Code] = &[$(&$ident),*];
    };
}

codes! {
    /// `Action`, or `x-acs-action`, is absent or empty.
    MISSING_ACTION = "MissingAction", 400,
        "Action is mandatory for this action.";
    /// `Version`, or `x-acs-version`, is absent or empty.
    MISSING_VERSION = "MissingVersion", 400,
        "Version is mandatory for this action.";
    /// `AccessKeyId` is absent or empty.
    MISSING_ACCESS_KEY_ID = "MissingAccessKeyId", 400,
        "AccessKeyId is mandatory for this action.";
    /// `Signature` is absent or empty.
    MISSING_SIGNATURE = "MissingSignature", 400,
        "Signature is mandatory for this action.";
    /// `SignatureNonce`, or `x-acs-signature-nonce`, is absent or empty.
    MISSING_SIGNATURE_NONCE = "MissingSignatureNonce", 400,
        "SignatureNonce is mandatory for this action.";
    /// `SignatureMethod` is absent or empty.
    MISSING_SIGNATURE_METHOD = "MissingSignatureMethod", 400,
        "SignatureMethod is mandatory for this action.";
    /// `SignatureVersion` is absent or empty.
    MISSING_SIGNATURE_VERSION = "MissingSignatureVersion", 400,
        "SignatureVersion is mandatory for this action.";
    /// `Timestamp`, or `x-acs-date`, is absent or empty.
    MISSING_TIMESTAMP = "MissingTimestamp", 400,
        "Timestamp is mandatory for this action.";
    /// A temporary access key came without its token.
    MISSING_SECURITY_TOKEN = "MissingSecurityToken", 400,
        "SecurityToken is mandatory for this action.";
    /// A required parameter is absent or empty; the occurrence names it.
    MISSING_PARAMETER = "MissingParameter", 400,
        "The input parameter that is mandatory for processing this request is not supplied.";
    /// No action has this name; wrong case counts as another name.
    INVALID_ACTION_NOT_FOUND = "InvalidAction.NotFound", 404,
        "Specified api is not found, please check your url and method.";
    /// The version is not one the server speaks.
    INVALID_VERSION = "InvalidVersion", 400,
        "Specified parameter Version is not valid.";
    /// The host names no product. Only where hosts are routed.
    INVALID_PRODUCT_NOT_FOUND = "InvalidProduct.NotFound", 404,
        "Cannot find product according to your specified domain.";
    /// Plain HTTP where it is refused.
    INVALID_PROTOCOL_NEED_SSL = "InvalidProtocol.NeedSsl", 400,
        "Your request is denied as lack of ssl protect.";
    /// A path other than `/`. Chosen: the protocol contract has only the path `/`.
    INVALID_PATH = "InvalidPath", 404,
        "Specified path is not served, please send requests to the path /.";
    /// A method other than GET and POST.
    UNSUPPORTED_HTTP_METHOD = "UnsupportedHTTPMethod", 400,
        "This http method is not supported.";
    /// The head or the body is over its limit.
    REQUEST_ENTITY_TOO_LARGE = "RequestEntityTooLarge", 413,
        "The request is larger than the server accepts.";
    /// `Format` is neither JSON nor XML.
    INVALID_PARAMETER_FORMAT = "InvalidParameter.Format", 400,
        "Specified parameter format is not valid.";
    /// A bad value that has no code of its own; the occurrence names it.
    INVALID_PARAMETER = "InvalidParameter", 400,
        "The specified parameter is not valid.";
    /// The request's time cannot be read.
    INVALID_TIME_STAMP_FORMAT = "InvalidTimeStamp.Format", 400,
        "Specified time stamp or date value is not well formatted.";
    /// The request's time is more than the allowed skew away.
    INVALID_TIME_STAMP_EXPIRED = "InvalidTimeStamp.Expired", 400,
        "Specified time stamp or date value is expired.";
    /// A replay.
    SIGNATURE_NONCE_USED = "SignatureNonceUsed", 400,
        "Specified signature nonce was used already.";
    /// An algorithm or signature type other than the two supported ones.
    INVALID_SIGNATURE_METHOD = "InvalidSignatureMethod", 400,
        "Specified signature method is not valid.";
    /// `SignatureVersion` is not 1.0. The name follows the gateway's pattern Invalid{ParameterName}.
    INVALID_SIGNATURE_VERSION = "InvalidSignatureVersion", 400,
        "Specified parameter SignatureVersion is not valid.";
    /// A malformed signature, or a header that had to be signed and was not.
    INCOMPLETE_SIGNATURE = "IncompleteSignature", 400,
        "The request signature does not conform to Aliyun standards.";
    /// The signature is another one than the server computes; the occurrence repeats the string to sign.
    SIGNATURE_DOES_NOT_MATCH = "SignatureDoesNotMatch", 400,
        "Specified signature is not matched with our calculation.";
    /// No such access key. Of the two documented statuses the gateway's.
    INVALID_ACCESS_KEY_ID_NOT_FOUND = "InvalidAccessKeyId.NotFound", 404,
        "Specified access key is not found.";
    /// The access key is disabled.
    INVALID_ACCESS_KEY_ID_INACTIVE = "InvalidAccessKeyId.Inactive", 400,
        "Specified access key is disabled.";
    /// The token cannot be read.
    INVALID_SECURITY_TOKEN_MALFORMED = "InvalidSecurityToken.Malformed", 400,
        "Specified SecurityToken is malformed.";
    /// The token belongs to another key.
    INVALID_SECURITY_TOKEN_MISMATCH = "InvalidSecurityToken.MismatchWithAccessKey", 400,
        "Specified SecurityToken mismatch with the AccessKey.";
    /// The token's time is over.
    INVALID_SECURITY_TOKEN_EXPIRED = "InvalidSecurityToken.Expired", 400,
        "Specified SecurityToken is expired.";
    /// The account's own limit.
    THROTTLING_USER = "Throttling.User", 400,
        "Request was denied due to user flow control.";
    /// The action's limit.
    THROTTLING_API = "Throttling.Api", 400,
        "Request was denied due to api flow control.";
    /// Any other limit, such as the memory for nonces.
    THROTTLING = "Throttling", 400,
        "Request was denied due to request throttling.";
    /// A policy denies the action, as most products report it.
    FORBIDDEN_RAM = "Forbidden.RAM", 403,
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.";
    /// A policy denies the action, as the token service reports it.
    NO_PERMISSION = "NoPermission", 403,
        "You are not authorized to do this action. You should be authorized by RAM.";
    /// The resource belongs to another account.
    FORBIDDEN = "Forbidden", 403,
        "User not authorized to operate on the specified resource.";
    /// A client token came again with other parameters.
    IDEMPOTENT_PARAMETER_MISMATCH = "IdempotentParameterMismatch", 400,
        "The request uses the same client token as a previous, but non-identical request.";
    /// The same client token is still being served.
    LAST_TOKEN_PROCESSING = "LastTokenProcessing", 400,
        "The last token request is processing, please try again later.";
    /// A fault of the server.
    INTERNAL_ERROR = "InternalError", 500,
        "The request processing has failed due to some unknown error, exception or failure.";
    /// The server is too busy to take the request.
    SERVICE_UNAVAILABLE = "ServiceUnavailable", 503,
        "The request has failed due to a temporary failure of the server.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_statuses_are_errors() {
        let names: BTreeSet<_> = ALL.iter().map(|code| code.name).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|code| (400..=503).contains(&code.status)));
    }

    // A client reads "NotFound" in any message as "the resource is gone" (protocol contract §5.3).
    #[test]
    fn no_message_says_not_found_in_one_word() {
        assert!(ALL.iter().all(|code| !code.message.contains("NotFound")));
    }
}
