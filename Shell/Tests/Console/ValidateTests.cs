using System;
using System.Linq;
using System.Text;
using System.Text.Json;
using System.Threading.Tasks;
using Fairlead.Configuration;

namespace Fairlead.Shell.Tests.Console;

public class ValidateTests
{
    private const string Faulty = """
        listeners:
          - bind: localhost:80
        upstreams:
          app: { backends: [ "127.0.0.1:8001" ], polcy: random }
        routes:
          - to: &x ap
        """;

    private static readonly string[] FaultyLines =
    [
        "2:11: FL0207: 'localhost:80' is not an address to listen on such as 127.0.0.1:6188, [::]:443, :80 or unix:/run/fairlead.sock; write 127.0.0.1:80",
        "4:42: FL0102: unknown key 'polcy' in an upstream; did you mean 'policy'?",
        "6:9: FL0106: '&x' is an anchor, which configurations do not use; write each value where it is needed",
    ];

    [Theory]
    [InlineData("validate", "a.yaml")]
    [InlineData("validate", "-c", "a.yaml")]
    [InlineData("validate", "--config", "a.yaml")]
    [InlineData("-t", "a.yaml")]
    [InlineData("-t", "-c", "a.yaml")]
    public async Task A_valid_file_is_ok(params string[] arguments)
    {
        using var terminal = new FakeTerminal();
        terminal.Write("a.yaml", Sources.Minimal);

        Assert.Equal(0, await terminal.RunAsync(arguments));
        Assert.Equal(("ok\n", ""), (terminal.Out, terminal.Error));
    }

    [Fact]
    public async Task Every_fault_is_told_with_its_place_on_standard_error()
    {
        using var terminal = new FakeTerminal();
        terminal.Write("conf/a.yaml", Faulty);

        Assert.Equal(1, await terminal.RunAsync("validate", "conf/a.yaml"));
        Assert.Equal("", terminal.Out);
        Assert.Equal(string.Concat(FaultyLines.Select(static line => $"conf/a.yaml:{line}\n")), terminal.Error);
    }

    [Fact]
    public async Task Standard_input_is_a_dash()
    {
        using var terminal = FakeTerminal.WithInput(Faulty);
        Assert.Equal(1, await terminal.RunAsync("-t", "-"));
        Assert.Equal(string.Concat(FaultyLines.Select(static line => $"<stdin>:{line}\n")), terminal.Error);
    }

    [Fact]
    public async Task Programs_get_one_json_object_on_standard_output()
    {
        using var terminal = FakeTerminal.WithInput(Faulty);
        Assert.Equal(1, await terminal.RunAsync("validate", "-", "--output", "json"));

        using var json = JsonDocument.Parse(terminal.Out);
        Assert.Equal("", terminal.Error);
        Assert.False(json.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(
            FaultyLines,
            json.RootElement.GetProperty("faults").EnumerateArray().Select(static fault =>
                $"{fault.GetProperty("line").GetInt32()}:{fault.GetProperty("column").GetInt32()}: {fault.GetProperty("code").GetString()}: {fault.GetProperty("message").GetString()}"));
    }

    [Fact]
    public async Task Quiet_says_nothing_when_there_is_nothing_to_say()
    {
        using var terminal = FakeTerminal.WithInput(Sources.Minimal);
        Assert.Equal(0, await terminal.RunAsync("validate", "-q", "-"));
        Assert.Equal(("", ""), (terminal.Out, terminal.Error));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_not_an_invalid_one()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(2, await terminal.RunAsync("validate", "nope.yaml"));
        Assert.Equal("fairlead: cannot read nope.yaml: it does not exist\n", terminal.Error);
    }

    [Fact]
    public async Task Two_names_for_the_configuration_are_one_too_many()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(2, await terminal.RunAsync("validate", "a.yaml", "-c", "b.yaml"));
        Assert.Contains("Name the configuration once", terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Variables_come_from_the_environment()
    {
        var text = Sources.Minimal.Replace("127.0.0.1:6188", "${LISTEN}", StringComparison.Ordinal);
        using var set = FakeTerminal.WithInput(text, ("LISTEN", ":80"));
        using var unset = FakeTerminal.WithInput(text);

        Assert.Equal(0, await set.RunAsync("validate", "-"));
        Assert.Equal(1, await unset.RunAsync("validate", "-"));
        Assert.Equal("<stdin>:1:22: FL0108: environment variable LISTEN is not set; set it, or write ${LISTEN:-default}\n", unset.Error);
    }

    [Fact]
    public async Task Files_that_are_named_have_to_be_readable()
    {
        using var terminal = new FakeTerminal();
        terminal.Write("there.pem", "");
        terminal.Write("a.yaml", Sources.Minimal.Replace("\"127.0.0.1:6188\"", ":443, tls: { certificate: there.pem, key: gone.pem }", StringComparison.Ordinal));

        Assert.Equal(1, await terminal.RunAsync("validate", "a.yaml"));
        Assert.Equal("a.yaml:1:64: FL0401: the private key 'gone.pem' cannot be read: it does not exist; name a PEM file that this user may read\n", terminal.Error);
    }

    [Fact]
    public async Task Text_that_is_not_utf8_is_told_where_it_goes_wrong()
    {
        using var terminal = new FakeTerminal([.. "a: b\nc: "u8, 0xFF, .. " d"u8]);
        Assert.Equal(1, await terminal.RunAsync("validate", "-"));
        Assert.Equal("<stdin>:2:4: FL0101: this is not UTF-8; save the file in that encoding\n", terminal.Error);
    }

    [Fact]
    public async Task A_byte_order_mark_is_no_content()
    {
        using var terminal = FakeTerminal.WithInput("\uFEFF" + Sources.Minimal);
        Assert.Equal(0, await terminal.RunAsync("validate", "-"));
    }

    [Fact]
    public async Task A_text_beyond_the_limit_is_not_even_parsed()
    {
        using var terminal = new FakeTerminal(Encoding.UTF8.GetBytes(new string('#', ConfigLimits.BytesMax + 1)));
        Assert.Equal(1, await terminal.RunAsync("validate", "-"));
        Assert.StartsWith("<stdin>:1:1: FL0107: ", terminal.Error, StringComparison.Ordinal);
    }
}
