using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

/// <summary>The command line of csc.exe for Roslyn, which comes here as a library: its arguments, its diagnostics, its exit code. -out is required.</summary>
/// <remarks>mcs compiles it against the assemblies of .NET 8, and reads no method with a ReadOnlySpan among its overloads.</remarks>
internal static class Compiler
{
    private static int Main(string[] arguments)
    {
        string folder = Directory.GetCurrentDirectory();
        CSharpCommandLineArguments asked = CSharpCommandLineParser.Default.Parse(arguments, folder, null, null);
        IEnumerable<SyntaxTree> sources = asked.SourceFiles.Select(source =>
            CSharpSyntaxTree.ParseText(SourceText.From(File.ReadAllText(source.Path), Encoding.UTF8), asked.ParseOptions, source.Path));
        IEnumerable<MetadataReference> references = asked.MetadataReferences.Select(reference =>
            (MetadataReference)MetadataReference.CreateFromFile(Path.Combine(folder, reference.Reference)));
        CSharpCompilation compilation = CSharpCompilation.Create(asked.CompilationName, sources, references, asked.CompilationOptions);
        return Emit(compilation, asked, Path.Combine(asked.OutputDirectory, asked.OutputFileName)) ? 0 : 1;
    }

    /// <summary>Writes the assembly, and the documentation if it is asked for, unless there is an error.</summary>
    private static bool Emit(CSharpCompilation compilation, CSharpCommandLineArguments asked, string output)
    {
        using (var assembly = new MemoryStream())
        using (var documentation = new MemoryStream())
        {
            var made = compilation.Emit(assembly, null, asked.DocumentationPath == null ? null : documentation);
            foreach (Diagnostic diagnostic in asked.Errors.Concat(made.Diagnostics).Where(each => each.Severity >= DiagnosticSeverity.Warning))
            {
                Console.WriteLine(diagnostic);
            }
            if (!made.Success || asked.Errors.Length > 0)
            {
                return false;
            }
            File.WriteAllBytes(output, assembly.ToArray());
            if (asked.DocumentationPath != null)
            {
                File.WriteAllBytes(asked.DocumentationPath, documentation.ToArray());
            }
            return true;
        }
    }
}
