using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Console.Commands;

namespace Fairlead.Shell.Tests.Console;

/// <summary>The page, the schema and the examples say what the readers do.</summary>
public class DocumentationTests
{
    public static TheoryData<string> Examples => [.. System.IO.Directory.GetFiles(Sources.Path("Shell/Examples"), "*.yaml").Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_page_mentions_every_key()
    {
        var page = Sources.Read("Shell/Console/CONFIGURATION.md");
        Assert.All(MapShape.All.SelectMany(static shape => shape.Keys).Distinct(), key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_page_lists_every_kind_of_fault_and_no_other() => Assert.Equal(
        Enum.GetValues<FaultCode>().Select(ConfigFault.CodeTextOf).Order(StringComparer.Ordinal),
        Regex.Matches(Sources.Read("Shell/Console/CONFIGURATION.md"), @"(?m)^\| (FL\d{4}) \|").Select(static match => match.Groups[1].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void The_schema_has_exactly_the_keys_that_are_read()
    {
        using var schema = JsonDocument.Parse(SchemaCommand.Text());
        var kinds = schema.RootElement.GetProperty("$defs").EnumerateObject()
            .Where(static kind => kind.Value.TryGetProperty("properties", out _))
            .Select(static kind => (kind.Name, Keys: KeysOf(kind.Value)))
            .Append((MapShape.Root.Name, KeysOf(schema.RootElement)));

        Assert.Equal(
            MapShape.All.Select(static shape => (shape.Name, string.Join(' ', shape.Keys.Order(StringComparer.Ordinal)))).Order(),
            kinds.Order());
    }

    [Fact]
    public void The_schema_allows_no_other_keys_and_describes_each()
    {
        using var schema = JsonDocument.Parse(SchemaCommand.Text());
        foreach (var kind in schema.RootElement.GetProperty("$defs").EnumerateObject().Select(static kind => kind.Value).Append(schema.RootElement))
        {
            if (!kind.TryGetProperty("properties", out var properties))
                continue;
            Assert.False(kind.GetProperty("additionalProperties").GetBoolean());
            Assert.All(properties.EnumerateObject(), static property => Assert.True(
                property.Value.TryGetProperty("description", out _) || property.Value.TryGetProperty("$ref", out _), $"{property.Name} is not described"));
        }
    }

    [Fact]
    public void Every_reference_in_the_schema_leads_somewhere()
    {
        using var schema = JsonDocument.Parse(SchemaCommand.Text());
        var references = Regex.Matches(SchemaCommand.Text(), "\"\\$ref\": \"#/\\$defs/([^\"]+)\"").Select(static match => match.Groups[1].Value).Distinct();
        Assert.All(references, name => Assert.True(schema.RootElement.GetProperty("$defs").TryGetProperty(name, out _), name));
    }

    [Fact]
    public async Task The_schema_that_is_printed_is_the_file()
    {
        using var terminal = new FakeTerminal();
        Assert.Equal(0, await terminal.RunAsync("schema"));
        Assert.Equal(Sources.Read("Shell/Console/fairlead.schema.json"), terminal.Out);
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public async Task An_example_is_valid(string file)
    {
        using var terminal = new FakeTerminal(null, ("CERTIFICATES", Certificates()));
        Assert.Equal((0, ""), (await terminal.RunAsync("validate", Sources.Path("Shell/Examples/" + file)), terminal.Error));
    }

    [Fact]
    public void The_example_with_everything_has_every_key()
    {
        var text = Sources.Read("Shell/Examples/everything.yaml") + Sources.Read("Shell/Examples/tls.yaml");
        Assert.All(MapShape.All.SelectMany(static shape => shape.Keys).Distinct(), key => Assert.Matches($@"(?m)[\s{{]{Regex.Escape(key)}:", text));
    }

    [Theory]
    [InlineData("""fairlead explain shop.yaml --path /cart --header "x-user: 7" --down 10.0.0.2:80 --in-flight 10.0.0.1:80=4""", "explain", "shop.yaml", "--path", "/cart", "--header", "x-user: 7", "--down", "10.0.0.2:80", "--in-flight", "10.0.0.1:80=4")]
    [InlineData("seq 10000 | fairlead map shop.yaml --against without-3.yaml --summary", "map", "shop.yaml", "--against", "without-3.yaml", "--summary")]
    public async Task An_answer_on_the_page_is_the_answer_given(string shown, params string[] arguments)
    {
        const string shop = """
            listeners: [ { bind: ":1" } ]
            upstreams: { shop: { policy: { ketama: { key: header x-user } }, backends: [ "10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80" ] } }
            routes: [ { to: shop } ]
            """;
        using var terminal = FakeTerminal.WithInput(string.Concat(Enumerable.Range(1, 10_000).Select(static i => i + "\n")));
        terminal.Write("shop.yaml", shop);
        terminal.Write("without-3.yaml", shop.Replace(", \"10.0.0.3:80\"", "", StringComparison.Ordinal));

        Assert.Equal(0, await terminal.RunAsync(arguments));
        Assert.Contains($"```\n$ {shown}\n{terminal.Out}```\n", Sources.Read("Shell/Console/CONFIGURATION.md"), StringComparison.Ordinal);
    }

    private static string KeysOf(JsonElement kind) => string.Join(' ', kind.GetProperty("properties").EnumerateObject().Select(static p => p.Name).Order(StringComparer.Ordinal));

    /// <summary>A directory with the (empty) files that the TLS example names: whether they hold certificates is the server's to say.</summary>
    private static string Certificates()
    {
        var directory = System.IO.Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "example-certificates")).FullName;
        foreach (var name in new List<string> { "server.pem", "server.key", "ca.pem", "client.pem", "client.key" })
            File.WriteAllText(Path.Combine(directory, name), "");
        return directory;
    }
}
