using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads how TLS is spoken with clients.</summary>
internal static class ListenerTlsReader
{
    public static Validation<ConfigFault, ListenerTls> Read(ConfigNode node) => Fields.Read(node, MapShape.ListenerTls, static fields =>
        (Certificates(fields),
         fields.Optional("strict-sni", ChoiceReader.Switch, absent: false),
         fields.Optional("minimum", ChoiceReader.Of(("1.2", TlsVersion.Tls12), ("1.3", TlsVersion.Tls13)), TlsVersion.Tls12),
         fields.Optional("client", Client, Option<ClientVerification>.None))
        .Apply(static (certificates, strict, minimum, client) => new ListenerTls(certificates) { StrictSni = strict, Minimum = minimum, Client = client }));

    private static Validation<ConfigFault, Seq<CertificateFiles>> Certificates(Fields fields) => fields.Node("certificates").Match(
        Some: node => fields.Has("certificate") || fields.Has("key")
            ? Bad<Seq<CertificateFiles>>(fields.AtKey("certificates"), FaultCode.ConflictingKeys, "'certificate' and 'key' are the only certificate, and 'certificates' lists several; keep one of the two forms")
            : Several(node),
        None: () => One(fields).Map(static one => Seq1(one)));

    private static Validation<ConfigFault, Seq<CertificateFiles>> Several(ConfigNode node) => node is ConfigNode.List { Items.IsEmpty: true }
        ? Bad<Seq<CertificateFiles>>(node, FaultCode.MissingKey, "an empty list of certificates; write '- { certificate: FILE, key: FILE }'")
        : ListReader.Each(node, "certificates", static one => Fields.Read(one, MapShape.Certificate, One))
            .RefuseRepeated(static one => one.CertificateFile, FaultCode.FileName, static one => $"'{one.CertificateFile}' is already listed above; keep one of them")
            .ToValidation();

    private static Validation<ConfigFault, CertificateFiles> One(Fields fields) =>
        (fields.Required("certificate", FileNameReader.Pem, "name the PEM file with the certificate chain"),
         fields.Required("key", FileNameReader.Pem, "name the PEM file with the private key"))
        .Apply(static (certificate, key) => new CertificateFiles(certificate, key));

    private static Validation<ConfigFault, Option<ClientVerification>> Client(ConfigNode node) => Fields.Read(node, MapShape.TlsOfClients, static fields =>
        (fields.Optional("mode", Mode, Some(true)), fields.Optional("ca", FileNameReader.Pem)).Apply(static (required, ca) => (required, ca)).Bind(read => read switch
        {
            ({ IsNone: true }, { IsSome: true }) => Bad<Option<ClientVerification>>(
                fields.AtKey("ca"), FaultCode.ConflictingKeys, "'ca' means nothing with mode: none; leave one of the two out"),
            ({ IsSome: true }, { IsNone: true }) => Bad<Option<ClientVerification>>(
                fields.At, FaultCode.MissingKey, "'ca' is missing in what is asked of TLS clients; name the PEM file with the authorities whose certificates are good"),
            _ => Good(from isRequired in read.required from file in read.ca select new ClientVerification(file, isRequired)),
        }));

    private static Validation<ConfigFault, Option<bool>> Mode(ConfigNode node) => ChoiceReader.Of(("none", Option<bool>.None), ("optional", Some(false)), ("required", Some(true)))(node);
}
