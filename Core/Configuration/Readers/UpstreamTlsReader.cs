using LanguageExt;
using static Fairlead.Configuration.Readers.Outcome;
using static LanguageExt.Prelude;

namespace Fairlead.Configuration.Readers;

/// <summary>Reads how to speak TLS to backends.</summary>
internal static class UpstreamTlsReader
{
    public static Validation<ConfigFault, UpstreamTls> Read(ConfigNode node) => node is ConfigNode.Scalar { IsNothing: false } scalar
        ? Bad<UpstreamTls>(node, FaultCode.WrongShape, $"'{Shapes.Shortened(scalar.Text)}' where keys were expected; write tls: {{}} for TLS with every default, or leave it out for plain HTTP")
        : Fields.Read(node, MapShape.UpstreamTls, static fields =>
            (fields.Optional("sni", ServerName),
             fields.Optional("verify", ChoiceReader.Switch, absent: true),
             fields.Optional("alternative-names", static names => ListReader.Each(names, "host names", Name)
                 .RefuseRepeated(static name => name, FaultCode.Host, static name => $"'{name}' is already listed above; keep one of them")
                 .ToValidation(), absent: Seq<string>()),
             fields.Optional("ca", FileNameReader.Pem),
             Certificate(fields))
            .Apply(static (sni, verify, names, ca, certificate) => new UpstreamTls(sni, verify, names, ca, certificate))
            .Bind(tls => Checked(fields, tls)));

    /// <summary>Names checked against a certificate that is not checked at all would be a false comfort.</summary>
    private static Validation<ConfigFault, UpstreamTls> Checked(Fields fields, UpstreamTls tls)
    {
        if (tls.Verify)
            return Good(tls);
        var pointless = Seq("alternative-names", "ca").Filter(fields.Has)
            .Map(key => new ConfigFault(fields.AtKey(key), FaultCode.ConflictingKeys, $"'{key}' means nothing with verify: false; leave one of the two out"))
            .Strict();
        return Unless(pointless, tls);
    }

    private static Validation<ConfigFault, Option<ClientCertificate>> Certificate(Fields fields) => fields.Has("certificate") || fields.Has("key")
        ? (fields.Required("certificate", FileNameReader.Pem, "'key' belongs to a certificate: name its PEM file"),
           fields.Required("key", FileNameReader.Pem, "'certificate' needs its private key: name its PEM file"))
          .Apply(static (certificate, key) => Some(new ClientCertificate(certificate, key)))
        : Good(Option<ClientCertificate>.None);

    private static Validation<ConfigFault, string> ServerName(ConfigNode node) => HostReader.NameOrAddress(node).Bind(host => host.IsAddress
        ? Bad<string>(node, FaultCode.Host, $"'{host.Text}' is an address, and SNI carries only names (RFC 6066 §3); leave 'sni' out to verify the backend's own address")
        : Good(host.Text));

    private static Validation<ConfigFault, string> Name(ConfigNode node) => HostReader.NameOrAddress(node).Map(static host => host.Text);
}
