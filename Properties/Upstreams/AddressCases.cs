using System.Linq;
using System.Net;
using Fairlead.Upstreams;
using FsCheck;
using FsCheck.Fluent;

namespace Fairlead.Properties.Upstreams;

/// <summary>Text that is an address, or nearly so.</summary>
public sealed record AddressText(string Value);

/// <summary>Generates addresses that <see cref="BackendAddress.Parse"/> can give, and texts that try to fool it.</summary>
public static class AddressCases
{
    private static readonly Gen<int> Ports = Gen.OneOf(Gen.Choose(1, 65_535), Gen.Elements(1, 80, 443, 65_535));

    // Few values, so that equal addresses, and runs of zero groups, come often.
    private static readonly Gen<byte> Bytes = Gen.Frequency((3, Gen.Constant((byte)0)), (1, Gen.Elements<byte>(1, 10, 255)), (1, Gen.Choose(0, 255).Select(static b => (byte)b)));

    private static readonly Gen<string> Labels = Gen.Elements("a", "b", "web", "db-1", "my_service", "x9", "0xyz", "9a");

    public static Arbitrary<IPAddress> Ip() => Arb.From(
        from size in Gen.Elements(4, 16)
        from bytes in Gen.ArrayOf(Bytes, size)
        select new IPAddress(bytes));

    public static Arbitrary<BackendAddress> Address() => Arb.From(Gen.OneOf(
        from ip in Ip().Generator from port in Ports select (BackendAddress)new BackendAddress.Ip(ip, port),
        from labels in Gen.Choose(1, 3).SelectMany(static n => Gen.ArrayOf(Labels, n)) from port in Ports select (BackendAddress)new BackendAddress.Name(string.Join('.', labels), port),
        from parts in Gen.Choose(1, 3).SelectMany(static n => Gen.ArrayOf(Gen.Elements("run", "app.sock", "ä", "a:80", " "), n)) select (BackendAddress)new BackendAddress.UnixPath("/" + string.Join('/', parts))));

    public static Arbitrary<AddressText> Text() => Arb.From(
        from address in Address().Generator.Select(static a => a.ToString())
        from at in Gen.Choose(0, 60)
        from drop in Gen.Choose(0, 2)
        from insert in Gen.Elements("", "", "0", "1", ":", "[", "]", ".", "%1", "x", "é", " ", "/", "unix:", "-", "0x")
        let start = at % (address.Length + 1)
        select new AddressText(address[..start] + insert + new string([.. address.Skip(start + drop)])));
}
